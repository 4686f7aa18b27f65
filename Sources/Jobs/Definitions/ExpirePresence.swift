/// End the presence of people who gave no sign of life in time.
package struct ExpirePresence: Job, Equatable {
    package static let kind = "expire-presence"
    package static let queue = QueueName.presence
    package static let durability = Durability.ephemeral(because: "the next tick finds the same sessions")
    package static let attempts = 1

    package init() {}
}
