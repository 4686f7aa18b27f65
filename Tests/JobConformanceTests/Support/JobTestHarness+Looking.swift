import Chassis
import Foundation
import JobProbing
import Jobs
import Postgres
import Redis
import TestSupport
import Testing

extension JobTestHarness {
    /// What the probes said, in the order in which they said it.
    var lines: [ProbeLine] {
        let text = String(decoding: FileManager.default.contents(atPath: path("lines")) ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").compactMap { ProbeLine($0) }
    }

    /// How many lines there are of a word.
    func count(_ word: ProbeLine.Word) -> Int { lines.count { $0.word == word } }

    /// How often each job began.
    var runs: [Int: Int] {
        lines.reduce(into: [:]) { runs, line in if line.word == .begin { runs[line.number, default: 0] += 1 } }
    }

    /// How many rows are in a state.
    func rows(_ state: String) async throws -> Int {
        var row = try await database.read(Self.count, [.text(state)])[0]
        return try row.int()
    }

    private static let count = Statement("yard_count", "SELECT count(*) FROM outbox WHERE state = $1")

    /// The largest number of failed attempts.
    func mostAttempts() async throws -> Int {
        var row = try await database.read(Self.attempts, [])[0]
        return try row.int()
    }

    private static let attempts = Statement("yard_attempts", "SELECT coalesce(max(attempt), 0)::bigint FROM outbox")

    /// Nothing is left to do.
    func isDone() async throws -> Bool {
        var row = try await database.read(Self.left, [])[0]
        return try row.int() == 0
    }

    private static let left = Statement(
        "yard_left", "SELECT count(*) FROM outbox WHERE state IN ('queued', 'waiting')")

    /// Everything that is promised comes to its end.
    func untilDone(within seconds: Int = 30) async throws {
        try await eventually("nothing is left to do", within: seconds) { (try? await self.isDone()) ?? false }
    }

    /// The numbers of all effects, sorted.
    func effects() async throws -> [Int] {
        let rows = try await database.read(Self.numbers, [])
        return try (0..<rows.count).map { index in
            var row = rows[index]
            return try row.int()
        }
    }

    private static let numbers = Statement("yard_numbers", "SELECT number FROM effects ORDER BY number")

    /// Each of these had its effect, once, and nothing else had.
    func expectEffects(_ numbers: Range<Int>, _ location: SourceLocation = #_sourceLocation) async throws {
        let found = try await effects()
        #expect(found == Array(numbers), sourceLocation: location)
    }

    /// Why jobs are dead.
    func errors() async throws -> [String] {
        let rows = try await database.read(Self.dead, [])
        return try (0..<rows.count).map { index in
            var row = rows[index]
            return try row.text()
        }
    }

    private static let dead = Statement("yard_dead", "SELECT coalesce(error, '') FROM outbox WHERE state = 'dead'")

    // MARK: Redis

    /// A key of a queue.
    func key(_ name: String, of queue: QueueName = ProbeJob.queue) -> RedisArgument {
        RedisArgument(redis.key("jq:{\(queue.rawValue)}:\(name)"))
    }

    func integer(_ command: RedisArgument...) async throws -> Int {
        try await redis.command(command).integer ?? 0
    }

    /// The names of the workers of a queue.
    func workers(_ queue: QueueName = ProbeJob.queue) async throws -> [String] {
        try await redis.command(["ZRANGE", key("workers", of: queue), 0, -1]).array?.compactMap(\.text) ?? []
    }

    func rescue(_ queue: QueueName = ProbeJob.queue) -> LeaseReaper {
        LeaseReaper(QueueKeys(queue.rawValue, in: redis), redis)
    }

    func sweep() -> OutboxSweep { OutboxSweep(database: database, redis: redis) }

    /// Redis holds nothing of a queue's jobs any more.
    func expectNothingLeft(in queue: QueueName = ProbeJob.queue) async throws {
        let names = ["jobs", "delayed", "crashes", "limits", "ready:high", "ready:low"]
        try await eventually("Redis has forgotten every job") {
            try await self.redis.command(["EXISTS"] + names.map { self.key($0, of: queue) }).integer == 0
        }
    }
}
