/// Work to be done once: data only, ids rather than objects, so that the worker reads the fresh row. What is written
/// stays readable: the kind never changes, and members are only added as optionals.
package protocol Job: Codable, Sendable {
    /// The name on the wire, for ever.
    static var kind: String { get }
    static var queue: QueueName { get }
    /// How often it may fail before it is dead.
    static var attempts: Int { get }
    /// How long one attempt may take.
    static var timeout: Duration { get }
}

extension Job {
    package static var attempts: Int { 10 }
    package static var timeout: Duration { .seconds(60) }
}
