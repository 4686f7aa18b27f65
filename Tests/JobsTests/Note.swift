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
