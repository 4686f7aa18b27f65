import Jobs

/// The job of these tests.
struct TestJob: Job, Equatable {
    static let kind = "test-job"
    static let queue = QueueName.email
    static let attempts = 3
    static let timeout = Duration.seconds(30)

    let number: Int
}

struct ShortTimeoutJob: Job {
    static let kind = "short-timeout-job"
    static let queue = QueueName.email
    static let attempts = 2
    static let timeout = Duration.milliseconds(50)
}

struct HighPriorityJob: Job {
    static let kind = "high-priority-job"
    static let queue = QueueName.email
    static let priority = Priority.high

    let number: Int
}

struct LowPriorityJob: Job {
    static let kind = "low-priority-job"
    static let queue = QueueName.email
    static let priority = Priority.low

    let number: Int
}

/// A job with a concurrency limit per tenant.
struct ConcurrencyLimitedJob: Job {
    static let kind = "concurrency-limited-job"
    static let queue = QueueName.email

    let tenant: String
    let atOnce: Int
    var limits: [JobLimit] { [.running(atMost: atOnce, of: tenant)] }
}

/// A job of which one runs at a time.
struct OneAtATimeJob: Job {
    static let kind = "one-at-a-time-job"
    static let queue = QueueName.email

    let number: Int
    var limits: [JobLimit] { [.running(atMost: 1, of: "one")] }
}

struct RateLimitedJob: Job {
    static let kind = "rate-limited-job"
    static let queue = QueueName.email

    let number: Int
    var limits: [JobLimit] { [.rate(5, per: .milliseconds(300), of: "rare")] }
}

/// A job that is enqueued once for each key.
struct UniqueJob: Job {
    static let kind = "unique-job"
    static let queue = QueueName.email
    static let attempts = 1

    let key: String
    var seconds: Int?
    var uniqueness: Uniqueness? { seconds.map { .for(.seconds($0), key) } ?? .whileQueued(key) }
}

struct RetainedJob: Job {
    static let kind = "retained-job"
    static let queue = QueueName.email
    static let retention: Duration? = .seconds(3_600)

    var number = 0
}

struct EphemeralJob: Job {
    static let kind = "ephemeral-job"
    static let queue = QueueName.email
    static let durability = Durability.ephemeral(because: "a test")
    static let attempts = 2

    let number: Int
}

struct SingleAttemptEphemeralJob: Job {
    static let kind = "single-attempt-ephemeral-job"
    static let queue = QueueName.email
    static let durability = Durability.ephemeral(because: "a test")
    static let attempts = 1

    let number: Int
}

/// The completion job of a batch.
struct CompletionJob: Job {
    static let kind = "completion-job"
    static let queue = QueueName.email
}
