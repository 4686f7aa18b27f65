import Chassis

/// Lets a request ask Redis for a bounded time. After a reply that was not there in time Redis is not asked for a
/// second, so that a silent Redis costs one request that time and not each. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class BoundedRedis: @unchecked Sendable {
    /// How long Redis is not asked after a reply that was not there in time.
    private static let pause = Duration.seconds(1)

    let loop: EventLoop
    /// How long a request waits for Redis.
    let longestWait: Duration
    private var pausedUntil: UInt64 = 0

    init(on loop: EventLoop, longestWait: Duration = .milliseconds(100)) {
        self.loop = loop
        self.longestWait = longestWait
    }

    /// Whether Redis was silent a moment ago.
    var isPaused: Bool { loop.now < pausedUntil }

    /// Returns what Redis replied; nil if it failed, was too slow, or is not asked now.
    func reply<Value: Sendable>(_ ask: @escaping @Sendable () async throws -> Value) async -> Value? {
        guard !isPaused else { return nil }
        let result = await loop.first(within: longestWait) { () -> Result<Value, any Error>? in
            do { return .success(try await ask()) } catch { return .failure(error) }
        }
        guard let result else {
            pausedUntil = loop.now + Self.pause.nanoseconds
            return nil
        }
        return try? result.get()
    }
}
