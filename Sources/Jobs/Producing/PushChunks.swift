import Domain
import Redis

/// The arguments of `push.lua` in pieces that keep one run of it short.
struct PushChunks: Sequence, IteratorProtocol {
    /// Five arguments a job.
    private static let size = 5 * 300
    private let arguments: [RedisArgument]
    private var start = 0

    init(_ arguments: [RedisArgument]) { self.arguments = arguments }

    mutating func next() -> [RedisArgument]? {
        guard start < arguments.count else { return nil }
        let end = Swift.min(start + Self.size, arguments.count)
        defer { start = end }
        return start == 0 && end == arguments.count ? arguments : Array(arguments[start..<end])
    }
}

extension [RedisArgument] {
    /// One job as `push.lua` wants it.
    mutating func append(pushing job: OutboxJob, _ envelope: Envelope) {
        append(RedisArgument(job.id.description))
        append(RedisArgument(envelope.json))
        append(RedisArgument(job.delay))
        append(RedisArgument(Priority(number: job.priority).letter))
        append(RedisArgument(job.limits ?? ""))
    }
}
