/// A queue: what one pool of workers takes from.
package enum QueueName: String, Sendable, CaseIterable {
    case images
    case email
    case counters
    case presence
}
