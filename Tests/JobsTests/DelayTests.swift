import Chassis
import Domain
import Jobs
import Redis
import Synchronization
import TestSupport
import Testing

@Suite("A delayed job", .database)
struct DelayTests {
    @Test func `runs when it is due, not before and not much later, on an idle worker`() async throws {
        try await JobHarness.open { shop in
            let ended = Mutex<UInt64?>(nil)
            _ = try await shop.consume { _, _ in
                ended.withLock { $0 = monotonicNanoseconds() }
                return .finished
            }
            try await shop.loop.sleep(for: .milliseconds(100))
            let start = monotonicNanoseconds()
            try await shop.add(Note(number: 1), after: .milliseconds(300))
            try await shop.until { ended.withLock { $0 } != nil }
            let waited = (ended.withLock { $0 } ?? 0) - start
            #expect(waited >= 299_000_000)
            #expect(waited < 1_000_000_000)
        }
    }

    @Test func `that is snoozed comes again without using up an attempt`() async throws {
        try await JobHarness.open { shop in
            let attempts = Tally()
            _ = try await shop.consume { _, context in
                attempts.add(context.attempt)
                if attempts.all.count < 6 { throw JobError.snooze(.milliseconds(5)) }
                return .finished
            }
            try await shop.add(Note(number: 1))
            try await shop.until { try await shop.rows("queued") == 0 }
            #expect(attempts.all == Array(repeating: 0, count: 6))
        }
    }
}

@Suite("An ephemeral job", .database)
struct EphemeralTests {
    private struct Unlucky: Error {}

    @Test func `needs no row, is tried again, and is kept when it is dead`() async throws {
        try await JobHarness.open { shop in
            let runs = Tally()
            _ = try await shop.consume(EphemeralNote.self) { note, context in
                runs.add(note.number)
                if note.number == 2 || (note.number == 1 && context.attempt == 0) { throw Unlucky() }
                return .finished
            }
            for number in 0..<3 { try shop.producer.send(EphemeralNote(number: number)) }
            try await shop.until { try await shop.redis.command(["ZCARD", shop.key("dead")]).integer == 1 }
            try await shop.until { runs.all.count == 5 }
            #expect(runs.all.sorted() == [0, 1, 1, 2, 2])
            #expect(try await shop.rows("queued") == 0)
            try await shop.until { try await shop.redis.command(["EXISTS", shop.key("jobs")]).integer == 0 }
        }
    }

    @Test func `may be delayed`() async throws {
        try await JobHarness.open { shop in
            let runs = Tally()
            _ = try await shop.consume(EphemeralNote.self) { note, _ in runs.finish(note.number) }
            try shop.producer.send(EphemeralNote(number: 1), after: .milliseconds(50))
            #expect(runs.all.isEmpty)
            try await shop.until { runs.all == [1] }
        }
    }

    @Test func `of a dead worker goes to another`() async throws {
        try await JobHarness.open { shop in
            let runs = Tally()
            try shop.producer.send(EphemeralNote(number: 7))
            try await shop.until { try await shop.redis.command(["LLEN", shop.key("ready")]).integer == 1 }
            let element = try await shop.redis.command(["RPOP", shop.key("ready")]).bytes ?? []
            let id = String(decoding: element.dropFirst(13).prefix(36), as: UTF8.self)
            _ = try await shop.redis.command([
                "HSET", shop.key("running:gone:1:2"), RedisArgument(id), RedisArgument(element),
            ])
            _ = try await shop.redis.command(["ZADD", shop.key("workers"), 1, "gone:1:2"])
            _ = try await shop.consume(EphemeralNote.self) { note, _ in runs.finish(note.number) }
            try await shop.until { runs.all == [7] }
        }
    }
}
