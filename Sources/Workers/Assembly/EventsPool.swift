import Brokers
import Chassis
import Jobs
import Storage

/// Publishes domain events, and deletes those that were published long ago.
enum EventsPool {
    static func handlers(_ context: WorkerContext, _ settings: WorkerSettings) throws -> [JobHandler] {
        let prune = PruneEventsHandler(events: EventStore(context.database))
        return [JobHandler(PruneEvents.self, prune.run)]
    }

    /// The destinations that are set: the Redis stream always, the brokers that have an address.
    static func destinations(_ context: WorkerContext, _ events: EventSettings) -> [any EventDestination] {
        var destinations: [any EventDestination] = [
            StreamDestination(stream: EventStream(context.redis, length: events.streamLength))
        ]
        if let rabbitMQ = events.rabbitMQ {
            destinations.append(BrokerDestination(name: "rabbitmq", RabbitMQBroker(rabbitMQ)))
        }
        if let kafka = events.kafka { destinations.append(BrokerDestination(name: "kafka", KafkaBroker(kafka))) }
        return destinations
    }
}
