package import Chassis
package import Redis

/// The channel in Redis on which publishers of domain events hear that one was committed: see
/// ``Producer/wakePublishers()``.
package enum EventChannel {
    static let name = "domain-events"

    /// Listens on the channel.
    /// - Parameter wake: Called on the loop for every message, and when a message may have been missed.
    package static func subscription(
        on loop: EventLoop, _ settings: RedisSettings, log: Log, wake: @escaping () -> Void
    ) -> RedisSubscription {
        RedisSubscription(
            on: loop, settings: settings, channels: [settings.key(name)], log: log, onSubscribed: wake,
            onMessage: { _, _ in wake() })
    }
}
