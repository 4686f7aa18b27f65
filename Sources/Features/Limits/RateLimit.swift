/// A limit of a number of requests in a sliding window, counted together under one name.
package struct RateLimit: Sendable {
    /// The key under which requests are counted together.
    package enum Key: Sendable {
        /// The client's address; IPv6 by its /64 network.
        case address
        case user
        /// All other services together: they share one token.
        case service
    }

    package let name: String
    package let limit: Int
    package let window: Duration
    package let key: Key

    package init(name: String, limit: Int, window: Duration, key: Key) {
        self.name = name
        self.limit = limit
        self.window = window
        self.key = key
    }
}

/// What a limit allows after one request was counted.
package struct Quota: Sendable {
    package let isGranted: Bool
    /// How many more requests are granted now.
    package let remaining: Int
    /// Until the oldest counted request leaves the window, so that one more is granted.
    package let milliseconds: Int

    package init(isGranted: Bool, remaining: Int, milliseconds: Int) {
        self.isGranted = isGranted
        self.remaining = remaining
        self.milliseconds = milliseconds
    }

    /// The same in seconds, rounded up; at least one.
    package var seconds: Int { max(1, (milliseconds + 999) / 1_000) }
}

/// How limits are applied.
package enum LimitMode: String, Sendable, CaseIterable {
    case on
    /// Nothing is counted: for load tests.
    case off
    /// Requests are counted and quotas shown, and none is refused: to see what limits would do, or what they cost.
    case count
}
