import Storage

/// The use cases of messages, of one event loop.
package struct MessageFeature: Sendable {
    package let send: SendMessage
    package let read: ReadMessages

    package init(_ environment: FeatureEnvironment, presence: PresenceFeature) {
        let messages = MessageStore(environment.database)
        send = SendMessage(messages: messages, producer: environment.producer)
        read = ReadMessages(messages: messages, presence: presence.read)
    }
}
