import Chassis

/// A rule that keeps jobs waiting while others of the same key run. Limits belong to a queue: two queues count apart.
package struct JobLimit: Sendable {
    private enum Rule {
        case running(Int)
        case rate(Int, milliseconds: Int)
    }
    private let key: String
    private let rule: Rule

    /// At most so many at once.
    /// - Parameter key: Whom to count together, for example a kind, a tenant, or both.
    package static func running(atMost count: Int, of key: String) -> JobLimit {
        JobLimit(key: "running " + key, rule: .running(max(1, count)))
    }

    /// At most so many beginnings in any window of a length.
    package static func rate(_ count: Int, per window: Duration, of key: String) -> JobLimit {
        let milliseconds = max(
            1, Int(window.components.seconds) * 1_000 + Int(window.components.attoseconds / 1_000_000_000_000_000))
        return JobLimit(key: "rate " + key, rule: .rate(max(1, count), milliseconds: milliseconds))
    }

    /// The form that `common.lua` reads; nil when there is nothing to check.
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
