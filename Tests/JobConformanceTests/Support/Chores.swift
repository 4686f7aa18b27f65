import Jobs

/// A durable job of these tests.
struct Chore: Job, Equatable {
    static let kind = "chore"
    static let queue = QueueName.email
    static let attempts = 3

    var number: Int
    /// At most so many with the same key at once, or in a second.
    var running: Int?
    var rate: Int?
    var key: String?
    /// What it must not be queued twice for, and for how many seconds.
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

/// A job that lives in Redis alone.
struct HarnessJob: Job {
    static let kind = "errand"
    static let queue = QueueName.email
    static let durability = Durability.ephemeral(because: "a test makes it again")
    static let attempts = 1
    let number: Int
}

/// The same in another queue.
struct DistantErrand: Job {
    static let kind = "distant-errand"
    static let queue = QueueName.images
    static let durability = Durability.ephemeral(because: "a test makes it again")
    let number: Int
}

/// The same, before the others.
struct UrgentErrand: Job {
    static let kind = "urgent-errand"
    static let queue = QueueName.email
    static let durability = Durability.ephemeral(because: "a test makes it again")
    static let priority = Priority.high
    let number: Int
}

/// The same, after the others.
struct IdleErrand: Job {
    static let kind = "idle-errand"
    static let queue = QueueName.email
    static let durability = Durability.ephemeral(because: "a test makes it again")
    static let priority = Priority.low
    let number: Int
}

/// A durable job whose payload is as long as a test wants.
struct Parcel: Job {
    static let kind = "parcel"
    static let queue = QueueName.email
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
    func payload() -> [UInt8] { bytes }
    init(payload: [UInt8]) { bytes = payload }
}
