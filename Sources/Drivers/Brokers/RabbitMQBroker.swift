/// Publishes to a topic exchange of RabbitMQ with publisher confirms (AMQP 0-9-1 and RabbitMQ's extension).
///
/// The exchange is durable and declared when a connection begins; the type of a message is its routing key; messages
/// are persistent. A message that no queue is bound for is confirmed, and gone.
///
/// `@unchecked Sendable`: one thread at a time uses it, as ``MessageBroker`` demands.
package final class RabbitMQBroker: MessageBroker, @unchecked Sendable {
    private let settings: RabbitMQSettings
    private var connection: RabbitMQConnection?

    package init(_ settings: RabbitMQSettings) {
        self.settings = settings
    }

    package func publish(_ messages: [BrokerMessage], within limit: Duration) -> Publication {
        let deadline = Deadline(after: limit)
        // One that the broker closed meanwhile, as at a restart, is replaced at once.
        if let idle = connection, !idle.isOpen { connection = nil }
        let open: RabbitMQConnection
        do throws(BrokerError) {
            if let connection {
                open = connection
            } else {
                open = try RabbitMQConnection(settings, until: deadline)
            }
        } catch {
            return Publication(confirmed: 0, failure: error)
        }
        let publication = open.publish(messages, until: deadline)
        // Late confirms of a failed publication would be taken for those of the next one.
        connection = publication.failure == nil ? open : nil
        return publication
    }

    package func close() {
        connection?.close()
        connection = nil
    }
}
