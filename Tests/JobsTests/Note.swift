import Jobs

/// The job of these tests.
struct Note: Job, Equatable {
    static let kind = "note"
    static let queue = QueueName.email
    static let attempts = 3
    static let timeout = Duration.seconds(30)

    let number: Int
}

/// A job that may take only a moment.
struct HastyNote: Job {
    static let kind = "hasty-note"
    static let queue = QueueName.email
    static let attempts = 2
    static let timeout = Duration.milliseconds(50)
}

/// A job that goes before the notes.
struct HighNote: Job {
    static let kind = "high-note"
    static let queue = QueueName.email
    static let priority = Priority.high

    let number: Int
}

/// A job that goes after the notes.
struct LowNote: Job {
    static let kind = "low-note"
    static let queue = QueueName.email
    static let priority = Priority.low

    let number: Int
}

/// A job of somebody who may have only so many at once.
struct TenantNote: Job {
    static let kind = "tenant-note"
    static let queue = QueueName.email

    let tenant: String
    let atOnce: Int
    var limits: [JobLimit] { [.running(atMost: atOnce, of: tenant)] }
}

/// A job that may begin only so often.
struct RareNote: Job {
    static let kind = "rare-note"
    static let queue = QueueName.email

    let number: Int
    var limits: [JobLimit] { [.rate(5, per: .milliseconds(300), of: "rare")] }
}

/// A job that is queued once for each key.
struct OneNote: Job {
    static let kind = "one-note"
    static let queue = QueueName.email
    static let attempts = 1

    let key: String
    var seconds: Int?
    var uniqueness: Uniqueness? { seconds.map { .for(.seconds($0), key) } ?? .whileQueued(key) }
}

/// A job that stays visible when it is done.
struct KeptNote: Job {
    static let kind = "kept-note"
    static let queue = QueueName.email
    static let retention: Duration? = .seconds(3_600)
}

/// A job that lives in Redis alone.
struct EphemeralNote: Job {
    static let kind = "ephemeral-note"
    static let queue = QueueName.email
    static let durability = Durability.ephemeral(because: "a test")
    static let attempts = 2

    let number: Int
}

/// The job that ends a batch.
struct LastNote: Job {
    static let kind = "last-note"
    static let queue = QueueName.email
}
