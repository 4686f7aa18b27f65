package import Chassis
package import Domain
import Foundation
import Glibc
package import Jobs
package import Postgres
package import Redis
import Storage
import Synchronization

/// The harness of tests of the job engine: a ``TestEnvironment`` with a folder, consumers in this process, and probes,
/// which are processes that a test may kill. Loop-confined.
package final class JobTestHarness: @unchecked Sendable {
    package let loop: EventLoop
    package let redis: Redis
    package let database: Database
    package let producer: Producer
    package let settings: RedisSettings
    package let folder: String
    package let databaseURL: Secret<String>
    private let redisURL: String
    private let log: Log
    private var consumers: [(consumer: Consumer, waiter: RedisBlockingConnection)] = []
    private var probes: [Probe] = []

    /// Consumers log dead-lettered jobs as errors, and many of these tests expect some.
    private static let silence = Log(
        level: .error, format: .text, to: LogSink(descriptor: Glibc.open("/dev/null", O_WRONLY | O_CLOEXEC)))

    private init(_ environment: TestEnvironment) throws {
        loop = environment.loop
        redis = environment.redis
        database = environment.database
        settings = environment.redisSettings
        databaseURL = environment.databaseURL
        redisURL = environment.redisURL
        log = environment.log
        folder = "/tmp/jobs-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        producer = Producer(on: loop, redis: redis)
    }

    /// Runs a body on a loop of its own; the test must have the `.database` trait or pass a database.
    /// - Parameters:
    ///   - port: The port of a Redis of the test's own, maybe behind a proxy.
    ///   - given: An empty database on a server of the test's own.
    package static func open(
        redisAt port: Int? = nil, database given: Secret<String>? = nil,
        _ body: @escaping @Sendable (JobTestHarness) async throws -> Void
    ) async throws {
        try await TestEnvironment.open(redisAt: port, database: given) { environment in
            let harness = try JobTestHarness(environment)
            let result: Result<Void, any Error>
            do {
                _ = try await harness.database.write(Self.effects, [])
                result = .success(try await body(harness))
            } catch {
                result = .failure(error)
            }
            await harness.close()
            let output = harness.probes.map(\.lastLines).joined(separator: "\n")
            if case .failure(let error) = result { throw Failure(error: error, output: output) }
            try FileManager.default.removeItem(atPath: harness.folder)
        }
    }

    /// The effects of probe jobs.
    private static let effects = Statement(
        "harness_effects", "CREATE TABLE effects (job uuid, number bigint, at timestamptz DEFAULT clock_timestamp())")

    /// The error of a test with the last log lines of its probes.
    private struct Failure: Error, CustomStringConvertible {
        let error: any Error
        let output: String
        var description: String { output.isEmpty ? "\(error)" : "\(error)\nThe probes' last lines:\n\(output)" }
    }

    private func close() async {
        for probe in probes { await probe.kill() }
        for (consumer, waiter) in consumers {
            await consumer.stop()
            await waiter.close()
        }
    }

    // MARK: Workers

    /// Starts a process that works, sweeps or writes.
    @discardableResult
    package func probe(
        _ role: Probe.Role = .worker, slots: Int = 8, grace: Int = 20, environment: [String: String] = [:]
    ) async throws -> Probe {
        let given = [
            "DATABASE_URL": databaseURL.exposed, "REDIS_URL": redisURL, "REDIS_PREFIX": settings.prefix,
            "PROBE_LINES": "\(folder)/lines", "PROBE_SLOTS": "\(slots)", "PROBE_GRACE": "\(grace)",
            "LOG_FORMAT": "text", "PATH": "/usr/bin:/bin",
        ]
        let probe = try await Probe.start(
            role, environment: given.merging(environment) { $1 }, log: "\(folder)/\(role)-\(probes.count)")
        probes.append(probe)
        return probe
    }

    /// Starts a consumer of one kind of job in this process.
    @discardableResult
    package func consume<Kind: Job>(
        _ kind: Kind.Type, slots: Int = 4, grace: Duration = Consumer.grace,
        _ handle: @escaping @Sendable (Kind, JobContext) async throws -> Completion,
        onDeadLetter: @escaping @Sendable (Kind) async throws -> Void = { _ in }
    ) async throws -> Consumer {
        try await consume(
            Kind.queue, slots: slots, grace: grace, [JobHandler(kind, handle, onDeadLetter: onDeadLetter)])
    }

    /// Starts a consumer of a queue in this process.
    @discardableResult
    package func consume(
        _ queue: QueueName, slots: Int = 4, grace: Duration = Consumer.grace, _ handlers: [JobHandler]
    ) async throws -> Consumer {
        let waiter = RedisBlockingConnection(on: loop, settings: settings, log: log)
        waiter.start()
        let consumer = Consumer(
            queue, slots: slots, handlers: handlers, on: loop, redis: redis, waiter: waiter, database: database,
            metrics: Metrics(), log: Self.silence, grace: grace)
        consumers.append((consumer, waiter))
        try await consumer.start()
        return consumer
    }

    package func reaper(_ queue: QueueName) -> LeaseReaper {
        LeaseReaper(QueueKeys(queue.rawValue, in: redis), redis)
    }

    package func sweep() -> OutboxSweep { OutboxSweep(database: database, redis: redis) }

    // MARK: Jobs

    /// Inserts the rows of jobs in one statement, and pushes them unless told otherwise.
    @discardableResult
    package func enqueue(
        _ jobs: [some Job], after delay: Duration = .zero, pushing: Bool = true
    ) async throws -> [OutboxJob] {
        try await insert(jobs.map { try producer.outboxJob($0, trace: nil, after: delay) }, pushing: pushing)
    }

    @discardableResult
    package func insert(_ jobs: [OutboxJob], pushing: Bool = true) async throws -> [OutboxJob] {
        let new = try await Outbox(database).add(jobs)
        if pushing { new.forEach(producer.push) }
        return new
    }

    /// How many rows are in a state.
    package func rows(_ state: String) async throws -> Int {
        var row = try await database.read(Self.count, [.text(state)])[0]
        return try row.int()
    }

    private static let count = Statement("harness_count", "SELECT count(*) FROM outbox WHERE state = $1")

    /// The errors of all dead jobs.
    package func errors() async throws -> [String] {
        try await database.read(Self.dead, []).map { row in
            var row = row
            return try row.text()
        }
    }

    private static let dead = Statement("harness_dead", "SELECT coalesce(error, '') FROM outbox WHERE state = 'dead'")

    /// A Redis key of a queue.
    package func key(_ name: String, of queue: QueueName) -> RedisArgument {
        RedisArgument(redis.key("jq:{\(queue.rawValue)}:\(name)"))
    }
}

/// The numbers that handlers recorded, in their order; any thread.
package final class RecordedNumbers: Sendable {
    private let numbers = Mutex<[Int]>([])

    package init() {}

    package func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    package var all: [Int] { numbers.withLock { $0 } }
    package var count: Int { numbers.withLock { $0.count } }
}

extension OutboxJob {
    /// A job as another version of the program, or an operator, may have written it. Texts must need no escape in JSON.
    package init(id: JobID, queue: String, kind: String, payload: String, trace: String? = nil) {
        let traceMember = trace.map { #","trace":"\#($0)""# } ?? ""
        let record =
            #"{"id":"\#(id)","queue":"\#(queue)","kind":"\#(kind)","payload":\#(payload)\#(traceMember)}"#
        self.init(
            id: id, queue: queue, kind: kind, payload: Array(payload.utf8), trace: trace, priority: 0, delay: 0,
            limits: nil, batch: nil, isUnique: false, isWaiting: false, record: Array(record.utf8))
    }
}
