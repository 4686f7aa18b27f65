import Jobs

/// The durable job of these tests.
struct TestJob: Job, Equatable {
    static let kind = "test-job"
    static let queue = QueueName.email
    static let attempts = 3

    var number: Int
    /// Limits per key: how many run at the same time, or start in a second.
    var running: Int?
    var rate: Int?
    var key: String?
    /// The unique key, and for how many seconds it is held.
    var unique: String?
    var uniqueSeconds: Int?

    init(_ number: Int) { self.number = number }

    var limits: [JobLimit] {
        guard let key else { return [] }
        if let running { return [.running(atMost: running, of: key)] }
        if let rate { return [.rate(rate, per: .seconds(1), of: key)] }
        return []
    }

    var uniqueness: Uniqueness? {
        guard let unique else { return nil }
        return uniqueSeconds.map { .for(.seconds($0), unique) } ?? .whileQueued(unique)
    }
}

/// A job without an outbox row.
struct EphemeralJob: Job {
    static let kind = "ephemeral-job"
    static let queue = QueueName.email
    static let durability = Durability.ephemeral(because: "a test")
    static let attempts = 1
    let number: Int
}

/// An ephemeral job of another queue.
struct OtherQueueJob: Job {
    static let kind = "other-queue-job"
    static let queue = QueueName.images
    static let durability = Durability.ephemeral(because: "a test")
    let number: Int
}

/// An ephemeral job of high priority.
struct HighPriorityJob: Job {
    static let kind = "high-priority-job"
    static let queue = QueueName.email
    static let durability = Durability.ephemeral(because: "a test")
    static let priority = Priority.high
    let number: Int
}

/// An ephemeral job of low priority.
struct LowPriorityJob: Job {
    static let kind = "low-priority-job"
    static let queue = QueueName.email
    static let durability = Durability.ephemeral(because: "a test")
    static let priority = Priority.low
    let number: Int
}

/// A durable job with a payload of any length.
struct PayloadJob: Job {
    static let kind = "payload-job"
    static let queue = QueueName.email
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
    func payload() -> [UInt8] { bytes }
    init(payload: [UInt8]) { bytes = payload }
}
