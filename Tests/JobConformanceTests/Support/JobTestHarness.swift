import Chassis
import Domain
import Foundation
import Glibc
import JobProbing
import Jobs
import Postgres
import Redis
import Storage
import TestSupport

/// What a test of the job engine needs: a database, keys in Redis and a folder of its own, connections of its own loop, and
/// probes, which are processes that it may kill. Loop-confined.
final class JobTestHarness: @unchecked Sendable {
    let loop: EventLoop
    let redis: Redis
    let database: Database
    let producer: Producer
    let settings: RedisSettings
    let folder: String
    private let url: Secret<String>
    private let redisURL: String
    private let log = Log(level: .error, format: .text, to: .standardError)
    private var consumers: [(consumer: Consumer, waiter: RedisBlockingConnection)] = []
    private(set) var probes: [Probe] = []

    /// Dead jobs are errors of the log, and what many of these tests are about.
    private static let silence = Log(
        level: .error, format: .text, to: LogSink(descriptor: Glibc.open("/dev/null", O_WRONLY | O_CLOEXEC)))

    private init(on loop: EventLoop, _ settings: RedisSettings, _ redisURL: String, _ url: Secret<String>) throws {
        self.loop = loop
        self.settings = settings
        self.redisURL = redisURL
        self.url = url
        folder = "/tmp/jobs-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        redis = Redis(on: loop, settings: settings, log: log)
        database = Database(
            on: loop, settings: DatabaseSettings(url: url, applicationName: "job test"), log: log,
            metrics: DatabaseMetrics(in: Metrics()))
        producer = Producer(on: loop, redis: redis)
    }

    /// Runs a body on a loop of its own; the test must have the `.database` trait or give a database.
    /// - Parameters:
    ///   - port: Of a Redis of the test's own, maybe behind a proxy.
    ///   - given: An empty database on a server of the test's own.
    static func open(
        redisAt port: Int? = nil, database given: Secret<String>? = nil,
        _ body: @escaping @Sendable (JobTestHarness) async throws -> Void
    ) async throws {
        let shared = try RedisPrefix.settings()
        let redisURL = try port.map { "redis://127.0.0.1:\($0)" } ?? TestServers.redisURL
        let settings = try RedisSettings(url: redisURL, prefix: shared.prefix)
        let url = given ?? TestDatabase.current.url
        try await withEventLoop { loop in
            let yard = try JobTestHarness(on: loop, settings, redisURL, url)
            yard.redis.start()
            yard.database.start()
            let result: Result<Void, any Error>
            do {
                await yard.redis.connected()
                try await yard.makeTables()
                result = .success(try await body(yard))
            } catch {
                result = .failure(error)
            }
            await yard.close(removingKeys: port == nil)
            if case .failure(let error) = result { throw Failure(error: error, output: yard.output) }
            try FileManager.default.removeItem(atPath: yard.folder)
        }
    }

    /// What went wrong, and what the probes had to say.
    private struct Failure: Error, CustomStringConvertible {
        let error: any Error
        let output: String
        var description: String { output.isEmpty ? "\(error)" : "\(error)\nThe probes' last lines:\n\(output)" }
    }

    private var output: String {
        probes.map { $0.output.split(separator: "\n").suffix(15).joined(separator: "\n") }.joined(separator: "\n")
    }

    private func makeTables() async throws {
        _ = try await database.write(Self.effects, [])
    }

    private static let effects = Statement(
        "yard_effects", "CREATE TABLE effects (job uuid, number bigint, at timestamptz DEFAULT clock_timestamp())")

    // MARK: Workers

    /// Starts a process that works, sweeps or writes.
    @discardableResult
    func probe(
        _ role: Probe.Role = .worker, slots: Int = 8, grace: Int = 20, environment: [String: String] = [:]
    ) async throws -> Probe {
        let given = [
            "DATABASE_URL": url.exposed, "REDIS_URL": redisURL, "REDIS_PREFIX": settings.prefix,
            "PROBE_LINES": "\(folder)/lines", "PROBE_SLOTS": "\(slots)", "PROBE_GRACE": "\(grace)",
            "LOG_FORMAT": "text", "PATH": "/usr/bin:/bin",
        ]
        let probe = try await Probe.start(
            role, environment: given.merging(environment) { $1 }, log: "\(folder)/\(role)-\(probes.count)")
        probes.append(probe)
        return probe
    }

    /// A consumer of one kind of job in this process, started.
    @discardableResult
    func consume<Kind: Job>(
        _ kind: Kind.Type, slots: Int = 4, whenDead: @escaping @Sendable (Kind) async throws -> Void = { _ in },
        _ work: @escaping @Sendable (Kind, JobContext) async throws -> Completion
    ) async throws -> Consumer {
        try await consume(Kind.queue, slots: slots, [JobHandler(kind, work, whenDead: whenDead)])
    }

    @discardableResult
    func consume(_ queue: QueueName, slots: Int = 4, _ handlers: [JobHandler]) async throws -> Consumer {
        let waiter = RedisBlockingConnection(on: loop, settings: settings, log: log)
        waiter.start()
        let consumer = Consumer(
            queue, slots: slots, handlers: handlers, on: loop, redis: redis, waiter: waiter, database: database,
            metrics: Metrics(), log: Self.silence)
        consumers.append((consumer, waiter))
        try await consumer.start()
        return consumer
    }

    // MARK: The end

    private func close(removingKeys: Bool) async {
        for probe in probes { await probe.kill() }
        for (consumer, waiter) in consumers {
            await consumer.stop()
            await waiter.close()
        }
        if removingKeys { try? await RedisPrefix.removeKeys(of: redis) }
        await redis.close()
        await database.close()
    }
}
