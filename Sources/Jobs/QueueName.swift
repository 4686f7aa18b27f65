/// A queue: what one pool of workers takes from.
package enum QueueName: String, Sendable, CaseIterable {
    case images
    case notifications
    case email
    case counters
    case presence
}
