import Chassis
import Foundation
import JobProbing
import Jobs
import Postgres
import Redis
import TestSupport
import Testing

extension JobTestHarness {
    /// The lines that the probes wrote, in their order.
    var lines: [ProbeLine] {
        let text = String(decoding: FileManager.default.contents(atPath: path("lines")) ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").compactMap { ProbeLine($0) }
    }

    /// Counts the lines with a word.
    func count(_ word: ProbeLine.Word) -> Int { lines.count { $0.word == word } }

    /// How often each job started.
    var runs: [Int: Int] {
        lines.reduce(into: [:]) { runs, line in if line.word == .begin { runs[line.number, default: 0] += 1 } }
    }

    /// The largest number of failed attempts.
    func mostAttempts() async throws -> Int {
        var row = try await database.read(Self.attempts, [])[0]
        return try row.int()
    }

    private static let attempts = Statement("test_attempts", "SELECT coalesce(max(attempt), 0)::bigint FROM outbox")

    /// Returns whether no job is queued or waiting.
    func isDone() async throws -> Bool {
        var row = try await database.read(Self.left, [])[0]
        return try row.int() == 0
    }

    private static let left = Statement(
        "test_left", "SELECT count(*) FROM outbox WHERE state IN ('queued', 'waiting')")

    /// Waits until no job is queued or waiting.
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

    private static let numbers = Statement("test_numbers", "SELECT number FROM effects ORDER BY number")

    /// Expects that exactly these jobs took effect, each once.
    func expectEffects(_ numbers: Range<Int>, _ location: SourceLocation = #_sourceLocation) async throws {
        let found = try await effects()
        #expect(found == Array(numbers), sourceLocation: location)
    }

    // MARK: Redis

    func key(_ name: String) -> RedisArgument { key(name, of: ProbeJob.queue) }

    func reaper() -> LeaseReaper { reaper(ProbeJob.queue) }

    func integer(_ command: RedisArgument...) async throws -> Int {
        try await redis.command(command).integer ?? 0
    }

    /// The names of the workers of a queue.
    func workers(_ queue: QueueName = ProbeJob.queue) async throws -> [String] {
        try await redis.command(["ZRANGE", key("workers", of: queue), 0, -1]).array?.compactMap(\.text) ?? []
    }

    /// Expects that Redis holds no job of a queue.
    func expectNothingLeft(in queue: QueueName = ProbeJob.queue) async throws {
        let names = ["jobs", "delayed", "crashes", "limits", "ready:high", "ready:low"]
        try await eventually("Redis holds no job") {
            try await self.redis.command(["EXISTS"] + names.map { self.key($0, of: queue) }).integer == 0
        }
    }
}
