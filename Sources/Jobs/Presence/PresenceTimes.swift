/// How long signs of life last, in multiples of the time between two heartbeats.
package struct PresenceTimes: Sendable {
    package let heartbeat: Duration

    package init(heartbeatSeconds: Int) {
        heartbeat = .seconds(heartbeatSeconds)
    }

    /// Without a heartbeat a session ends after this.
    package var patience: Duration { heartbeat * 5 / 2 }
    /// A session that was made by saying so once ends after this, and whoever does nothing for as long is away.
    package var idle: Duration { heartbeat * 20 }
}
