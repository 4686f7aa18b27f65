import FoundationEssentials

/// Work to be done once: data only, ids rather than objects, so that the worker reads the fresh row. What is written
/// stays readable: the kind never changes, and members are only added as optionals.
package protocol Job: Codable, Sendable {
    /// The name on the wire, for ever.
    static var kind: String { get }
    static var queue: QueueName { get }
    static var durability: Durability { get }
    static var priority: Priority { get }
    /// How often it may fail before it is dead.
    static var attempts: Int { get }
    /// How long one attempt may take; then it is cancelled, which counts as a failure.
    static var timeout: Duration { get }
    /// How long a job that is done stays visible; nil: not at all. Dead jobs stay for thirty days.
    static var retention: Duration? { get }
    /// How many may run, or begin in a time; checked where jobs are taken, so exact over all workers.
    var limits: [JobLimit] { get }
    /// What must not be queued twice.
    var uniqueness: Uniqueness? { get }

    /// The job as JSON, at most 64 KiB. The default is what `JSONEncoder` makes; a kind that is queued a million times a
    /// second writes it itself.
    func payload() throws -> [UInt8]
    init(payload: [UInt8]) throws
}

extension Job {
    package static var durability: Durability { .durable }
    package static var priority: Priority { .normal }
    package static var attempts: Int { 10 }
    package static var timeout: Duration { .seconds(60) }
    package static var retention: Duration? { nil }
    package var limits: [JobLimit] { [] }
    package var uniqueness: Uniqueness? { nil }

    package func payload() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }
    package init(payload: [UInt8]) throws { self = try JSONDecoder().decode(Self.self, from: Data(payload)) }
}
