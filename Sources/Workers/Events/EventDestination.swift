import Brokers
import Chassis
import Domain
import Jobs
import Storage

/// Where events are published.
protocol EventDestination: Sendable {
    /// Of the destination in PostgreSQL and in metrics; never changes.
    var name: String { get }
    /// Sends events in order, all that the destination does not have yet. Takes less than
    /// ``EventPublisher/Limits/lease``.
    /// - Parameter reached: The number of the last event that the destination has; 0 if it may have fewer.
    func publish(_ events: [CloudEvent], after reached: Int) async -> EventPublication
    /// Closes its connection.
    func close() async
}

/// What became of events that were sent.
enum EventPublication: Sendable {
    /// The destination has all of them.
    case all
    /// It has this many, counted from the first.
    case some(Int, any Error)
    /// It has lost events that it had, and nothing was sent: it has those up to this number.
    case lost(since: Int)
}

/// The Redis stream.
struct StreamDestination: EventDestination {
    let name = "redis"
    let stream: EventStream

    func publish(_ events: [CloudEvent], after reached: Int) async -> EventPublication {
        let entries = events.map { event in
            EventStream.Entry(
                sequence: event.event.sequence, id: event.event.id.description, type: event.event.kind,
                subject: event.event.subject.description, event: event.json)
        }
        do {
            if let found = try await stream.append(entries, after: reached) { return .lost(since: found) }
            return .all
        } catch {
            return .some(0, error)
        }
    }

    func close() async {}
}

/// RabbitMQ or Kafka, on a thread of its own.
struct BrokerDestination: EventDestination {
    /// How long a batch may take, connecting included.
    static let limit = Duration.seconds(10)

    let name: String
    private let broker: any MessageBroker
    private let limit: Duration
    private let thread: BlockingPool

    init(name: String, _ broker: any MessageBroker, limit: Duration = limit) {
        self.name = name
        self.broker = broker
        self.limit = limit
        thread = BlockingPool(name: name, threads: 1, queueLimit: 16)
    }

    func publish(_ events: [CloudEvent], after reached: Int) async -> EventPublication {
        do {
            let publication = try await thread.run { [broker, limit] in
                broker.publish(events.map(\.message), within: limit)
            }
            guard let failure = publication.failure else { return .all }
            return .some(publication.confirmed, failure)
        } catch {
            return .some(0, error)
        }
    }

    func close() async {
        try? await thread.run { [broker] in broker.close() }
    }
}

extension CloudEvent {
    fileprivate var message: BrokerMessage {
        BrokerMessage(
            id: event.id.description, type: event.kind, topic: DomainEvent.aggregate(of: event.kind),
            key: event.subject.description, time: event.recordedAt, body: json)
    }
}
