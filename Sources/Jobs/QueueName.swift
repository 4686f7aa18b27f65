package import Chassis
package import Redis

/// A queue together with the pool of workers that runs its jobs. This list is the only definition of both: the worker
/// processes, their settings, the Procfile and the operators' commands follow it, in its order.
package enum QueueName: String, Sendable, CaseIterable {
    case images, audio, notifications, deliveries, email, events, counters, maintenance, presence

    /// What the pool does, for help texts and `.env.example`.
    package var purpose: String {
        switch self {
        case .images: "Decodes uploaded pictures and removes the files of deleted ones."
        case .audio: "Reads the metadata of uploaded tracks and computes their waveforms and loudness."
        case .notifications:
            "Creates notifications and enqueues their delivery; adds entries to timelines; indexes posts for search."
        case .deliveries: "Delivers pushes to browsers, and pushes and reports to webhooks."
        case .email: "Sends e-mails."
        case .events: "Publishes domain events to a Redis stream, RabbitMQ and Kafka."
        case .counters: "Reconciles denormalised counters with the rows they count."
        case .maintenance: "Deletes and exports accounts; prunes exports, sessions, jobs and orphaned uploads."
        case .presence: "Expires the presence sessions of users who stopped sending heartbeats."
        }
    }

    /// How many jobs one process of the pool runs at the same time unless ``concurrencySetting`` says otherwise. Images
    /// and audio need a core each, e-mails and deliveries mostly wait, and a small job of a queue must not wait behind
    /// a long one.
    package var defaultConcurrency: Int {
        switch self {
        case .images, .audio, .counters, .maintenance: 2
        case .notifications: 16
        case .deliveries: 32
        case .email: 4
        case .events, .presence: 1
        }
    }

    /// The name of the environment variable that overrides ``defaultConcurrency``: `WORKERS_IMAGES` and so on.
    package var concurrencySetting: String { "WORKERS_\(rawValue.uppercased())" }

    /// The line of the Procfile that starts the pool.
    package var procfileLine: String { "\(rawValue): \"$BIN/Workers\" \(rawValue)" }
}

/// Reads the settings of every process that uses Redis.
package enum QueueSettings {
    package static func redis(_ reader: inout SettingsReader) -> RedisSettings? {
        let prefix = reader.read(Setting("REDIS_PREFIX", default: "", "the prefix of every key in Redis"))
        let url = reader.read(
            Setting("REDIS_URL", default: nil, "the address of Redis, redis://… (make run brings its own)"),
            placeholder: "")
        guard !url.isEmpty else { return nil }
        do {
            return try RedisSettings(url: url, prefix: prefix)
        } catch {
            reader.reject("REDIS_URL is not acceptable: \(error)")
            return nil
        }
    }
}
