import Postgres
import Storage

/// The use cases of messages, of one event loop.
package struct MessageFeature: Sendable {
    package let send: SendMessage
    package let read: ReadMessages
    package let change: ChangeMessages

    package init(_ environment: FeatureEnvironment, presence: PresenceFeature) {
        let messages = MessageStore(environment.database, events: environment.events)
        let checkAddresses = CheckMediaAddresses(environment)
        send = SendMessage(
            messages: messages,
            queue: WriteQueue(on: environment.loop) { written in
                await result { () async throws(PostgresError) in try await messages.send(written) }
            },
            producer: environment.producer, checkAddresses: checkAddresses)
        read = ReadMessages(messages: messages, presence: presence.read)
        change = ChangeMessages(messages: messages, checkAddresses: checkAddresses)
    }
}
