import Chassis
package import Redis

/// Decides when a delivery to another service may be tried: a circuit breaker for each host, and a pause for each
/// target that asked for one. Both are in Redis, so all workers share them; a flush of Redis forgets them.
///
/// It is part of Jobs because Jobs is where processes share Redis keys.
package struct DeliveryGate: Sendable {
    /// Where a delivery goes.
    package struct Target: Sendable {
        /// Whose failures are counted together: host and port.
        let host: String
        /// What asks for a pause, unique on its host: a browser's subscription, or `webhook`.
        let name: String

        package init(host: String, name: String) {
            self.host = host
            self.name = name
        }
    }

    /// The outcome of an attempt.
    package enum Outcome: Sendable {
        /// The host answered, as it does when it works; a refusal is an answer, too.
        case answered
        /// The target gets too many requests (429), and perhaps says how long it wants none.
        case throttled(Duration?)
        /// The host cannot work for a time that it names (503 with `Retry-After`).
        case unavailable(Duration)
        /// No answer, or an error of the host.
        case failed
    }

    /// How many failures in a row open a circuit.
    package static let failureLimit = 5
    /// How long a circuit stays open at first; twice as long each further time, up to ``longestPause``.
    package static let firstPause = Duration.seconds(30)
    package static let longestPause = Duration.seconds(600)
    /// The longest `Retry-After` that is believed.
    package static let longestWait = Duration.seconds(86_400)

    private static let enter = script("delivery_enter", PackageResources.delivery_enter_lua)
    private static let record = script("delivery_record", PackageResources.delivery_record_lua)

    private static func script(_ name: StaticString, _ source: [UInt8]) -> RedisScript {
        RedisScript(name: name, source: PackageResources.delivery_common_lua + source)
    }

    private let redis: Redis
    private let probeTime: Duration

    /// - Parameter probeTime: How long the one delivery that probes a host may take; then another one probes it.
    package init(_ redis: Redis, probeTime: Duration) {
        self.redis = redis
        self.probeTime = probeTime
    }

    /// Asks whether a delivery may be tried now.
    /// - Returns: Nil, or after how long to ask again.
    package func enter(_ target: Target) async throws(RedisError) -> Duration? {
        try await Self.wait(
            redis.run(Self.enter, keys: keys(target), arguments: [RedisArgument(probeTime.milliseconds)]))
    }

    /// Records the outcome of an attempt.
    /// - Returns: After how long the target may be tried again; nil if nothing keeps it from that.
    @discardableResult
    package func record(_ outcome: Outcome, of target: Target) async throws(RedisError) -> Duration? {
        let (name, asked): (String, Duration?) =
            switch outcome {
            case .answered: ("answered", nil)
            case .throttled(let time): ("throttled", time)
            case .unavailable(let time): ("unavailable", time)
            case .failed: ("failed", nil)
            }
        let arguments = [
            RedisArgument(name), RedisArgument(asked?.milliseconds ?? -1), RedisArgument(Self.longestWait.milliseconds),
            RedisArgument(Self.failureLimit), RedisArgument(Self.firstPause.milliseconds),
            RedisArgument(Self.longestPause.milliseconds),
        ]
        return try await Self.wait(redis.run(Self.record, keys: keys(target), arguments: arguments))
    }

    private func keys(_ target: Target) -> [RedisArgument] {
        let prefix = redis.key("delivery:{\(target.host)}:")
        return [RedisArgument(prefix + "circuit"), RedisArgument(prefix + "pause:" + target.name)]
    }

    private static func wait(_ reply: RedisValue) -> Duration? {
        reply.integer.flatMap { $0 > 0 ? .milliseconds($0) : nil }
    }
}
