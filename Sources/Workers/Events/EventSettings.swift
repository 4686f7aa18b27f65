import Brokers
import Chassis

/// The settings of the pool `events`.
struct EventSettings: Sendable {
    /// Nil: events are not published there.
    let rabbitMQ: RabbitMQSettings?
    let kafka: KafkaSettings?
    /// About how many events the Redis stream keeps.
    let streamLength: Int

    init(_ reader: inout SettingsReader) {
        rabbitMQ = Self.read("AMQP_URL", "a RabbitMQ, amqp://… or amqps://…", &reader, RabbitMQSettings.parse)
        kafka = Self.read("KAFKA_BROKERS", "brokers of Kafka, HOST:PORT,…", &reader, KafkaSettings.parse)
        streamLength = reader.read(
            Setting(
                "EVENT_STREAM_LENGTH", default: 100_000, in: 1_000...10_000_000,
                "about how many events the Redis stream keeps"))
    }

    private static func read<Value>(
        _ name: String, _ meaning: String, _ reader: inout SettingsReader,
        _ parse: (String) throws(BrokerSettingsError) -> Value
    ) -> Value? {
        guard let text = reader.read(Setting(optional: name, meaning)) else { return nil }
        do {
            return try parse(text)
        } catch {
            reader.reject("\(name) is not acceptable: it \(error)")
            return nil
        }
    }
}
