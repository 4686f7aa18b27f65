import Jobs

/// A job that goes before others.
struct UrgentNote: Job {
    static let kind = "urgent-note"
    static let queue = QueueName.email
    static let priority = Priority.high

    let number: Int
}

/// A job of which one may run at a time.
struct LonelyNote: Job {
    static let kind = "lonely-note"
    static let queue = QueueName.email

    let number: Int
    var limits: [JobLimit] { [.running(atMost: 1, of: "lonely")] }
}

/// A job that lives in Redis alone.
struct FleetingNote: Job {
    static let kind = "fleeting-note"
    static let queue = QueueName.email
    static let durability = Durability.ephemeral(because: "it is one of a test")
    static let attempts = 1

    let number: Int
}

/// A job that is kept for a while when it is done.
struct MemorableNote: Job {
    static let kind = "memorable-note"
    static let queue = QueueName.email
    static let retention: Duration? = .seconds(3_600)

    let number: Int
}
