import Chassis

/// A concurrency or rate limit: jobs with the same key wait while it is reached. Each queue counts for itself.
package struct JobLimit: Sendable {
    private enum Rule {
        case running(Int)
        case rate(Int, milliseconds: Int)
    }
    private let key: String
    private let rule: Rule

    /// Limits how many jobs run at the same time.
    /// - Parameter key: What is counted together, for example a kind, a tenant, or both.
    package static func running(atMost count: Int, of key: String) -> JobLimit {
        JobLimit(key: "running " + key, rule: .running(max(1, count)))
    }

    /// Limits how many jobs start in any window of a length.
    package static func rate(_ count: Int, per window: Duration, of key: String) -> JobLimit {
        let milliseconds = max(
            1, Int(window.components.seconds) * 1_000 + Int(window.components.attoseconds / 1_000_000_000_000_000))
        return JobLimit(key: "rate " + key, rule: .rate(max(1, count), milliseconds: milliseconds))
    }

    /// The JSON that `common.lua` reads; nil without limits.
    static func json(_ limits: [JobLimit]) -> String? {
        guard !limits.isEmpty else { return nil }
        var writer = JSONWriter()
        writer.array(of: limits) { writer, limit in
            writer.object { object in
                object.member("key", limit.key)
                switch limit.rule {
                case .running(let count):
                    object.member("running", count)
                case .rate(let count, let milliseconds):
                    object.member("rate", count)
                    object.member("per", milliseconds)
                }
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
