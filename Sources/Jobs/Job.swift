import FoundationEssentials

/// Work to be done once. A job holds data only, ids rather than objects, so that the worker reads the current row.
/// Stored jobs stay readable: kinds are renamed only together with a migration, and members are only added as
/// optionals.
package protocol Job: Codable, Sendable {
    /// The job's name in the outbox and in Redis.
    static var kind: String { get }
    static var queue: QueueName { get }
    static var durability: Durability { get }
    static var priority: Priority { get }
    /// How often it may fail before it is dead-lettered.
    static var attempts: Int { get }
    /// How long one attempt may take; then it is cancelled, which counts as a failure.
    static var timeout: Duration { get }
    /// How long a job that is done stays visible; nil: not at all. Dead jobs stay for thirty days.
    static var retention: Duration? { get }
    /// Concurrency and rate limits; checked when jobs are claimed, so they are exact over all workers.
    var limits: [JobLimit] { get }
    /// The key that keeps the job from being enqueued twice.
    var uniqueness: Uniqueness? { get }

    /// The job as JSON, at most 64 KiB. The default is what `JSONEncoder` makes; a kind that is enqueued a million
    /// times a second writes it itself.
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

/// Where a kind of job is stored until it is done.
package enum Durability: Sendable {
    /// In an outbox row that is committed with its cause: survives everything.
    case durable
    /// In Redis alone: lost when Redis loses it. Only for work that is enqueued again anyway; the reason says by what.
    case ephemeral(because: StaticString)

    var isDurable: Bool { if case .durable = self { true } else { false } }
}

/// Which jobs of a queue run first. Under load six of ten are high, three normal and one low, so none starves; within a
/// priority first in, first out.
package enum Priority: Int, Sendable, CaseIterable {
    case low = -1
    case normal = 0
    case high = 1

    /// The scripts' name for it.
    var letter: String {
        switch self {
        case .high: "h"
        case .normal: "n"
        case .low: "l"
        }
    }

    /// Unknown numbers, from a later version, are normal.
    init(number: Int) { self = Priority(rawValue: number) ?? .normal }
}

/// A key that prevents duplicates: enqueuing a second job with the same key changes nothing.
package struct Uniqueness: Sendable {
    let key: String
    let seconds: Int?

    /// Holds the key until the job is done, dead or cancelled.
    package static func whileQueued(_ key: String) -> Uniqueness { Uniqueness(key: key, seconds: nil) }

    /// Holds the key for a time after the job is enqueued, also when it is done earlier; dead-lettering and cancelling
    /// release it.
    package static func `for`(_ time: Duration, _ key: String) -> Uniqueness {
        Uniqueness(key: key, seconds: max(1, Int(time.components.seconds)))
    }
}

/// The error for a job whose JSON exceeds ``limit``: put the data into a row or a file, and its id into the job.
package struct JobTooLarge: Error, CustomStringConvertible {
    package static let limit = 65_536
    let kind: String
    let byteCount: Int

    /// Returns a job's JSON if it is within the limit.
    static func check<Kind: Job>(_ job: Kind) throws -> [UInt8] {
        let payload = try job.payload()
        guard payload.count <= limit else { throw JobTooLarge(kind: Kind.kind, byteCount: payload.count) }
        return payload
    }

    package var description: String {
        "\(kind) has \(byteCount) bytes of JSON, at most \(Self.limit) are allowed: "
            + "store the data in a row and its id in the job"
    }
}
