import Chassis
import Foundation
import JobProbing
import Jobs
import Redis
import Synchronization
import TestSupport
import Testing

@Suite("Nothing is lost when Redis answers with errors", .database)
struct RedisRefusalTests {
    @Test func `NOSCRIPT: scripts forgotten again and again`() async throws {
        let server = try await RedisServer()
        try await JobTestHarness.withLoad(on: server) { yard in
            for _ in 0..<20 {
                _ = try await yard.redis.command(["SCRIPT", "FLUSH"])
                try await yard.loop.sleep(for: .milliseconds(20))
            }
        }
    }

    @Test func `READONLY: a replica for a while`() async throws {
        let server = try await RedisServer()
        try await JobTestHarness.withLoad(on: server) { yard in
            _ = try await yard.redis.command(["REPLICAOF", "127.0.0.1", "1"])
            try await yard.loop.sleep(for: .seconds(2))
            await yard.redis.connected()
            _ = try await yard.redis.command(["REPLICAOF", "NO", "ONE"])
        }
    }

    @Test func `OOM: no memory for a while, also where jobs fail and where limits hold`() async throws {
        let server = try await RedisServer()
        try await JobTestHarness.withLoad(on: server) { yard in
            for _ in 0..<5 {
                _ = try await yard.redis.command(["CONFIG", "SET", "maxmemory", "1"])
                try await yard.loop.sleep(for: .milliseconds(600))
                _ = try await yard.redis.command(["CONFIG", "SET", "maxmemory", "0"])
                try await yard.loop.sleep(for: .milliseconds(300))
            }
        }
    }

    @Test func `OOM just when jobs fail, end and wait for each other: none is forgotten`() async throws {
        struct Unlucky: Error {}
        let server = try await RedisServer()
        try await JobTestHarness.open(redisAt: server.port) { yard in
            let begun = Tally()
            let done = Tally()
            let isShort = Atomic(true)
            try await yard.consume(Chore.self, slots: 64) { chore, context in
                begun.add(chore.number)
                while isShort.load(ordering: .relaxed) { try await yard.loop.sleep(for: .milliseconds(5)) }
                if chore.number < 20, context.attempt == 0 { throw Unlucky() }
                done.add(chore.number)
                return .finished
            }
            try await yard.outboxJob(
                (0..<40).map { number in
                    var chore = Chore(number)
                    if number >= 20 {
                        chore.running = 2
                        chore.key = "key"
                    }
                    return chore
                })
            try await eventually("all that may run are running") { begun.count == 22 }
            _ = try await yard.redis.command(["CONFIG", "SET", "maxmemory", "1"])
            isShort.store(false, ordering: .relaxed)
            try await yard.loop.sleep(for: .seconds(2))
            _ = try await yard.redis.command(["CONFIG", "SET", "maxmemory", "0"])
            try await yard.untilDone()
            #expect(done.all.sorted() == Array(0..<40))
            try await yard.expectNothingLeft(in: .email)
        }
    }

    @Test func `MISCONF: Redis that cannot save refuses writes for a while`() async throws {
        try await withFolder { folder in
            let server = try await RedisServer(arguments: ["--dir", folder, "--save", "3600 1"])
            try await JobTestHarness.withLoad(on: server) { yard in
                try FileManager.default.removeItem(atPath: folder)
                _ = try await yard.redis.command(["BGSAVE"])
                try await eventually("writes are refused") {
                    do {
                        _ = try await yard.redis.command(["SET", "some", "thing"])
                        return false
                    } catch RedisError.rejected(let failure) { return failure.code == "MISCONF" }
                }
                try await yard.loop.sleep(for: .seconds(2))
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                _ = try await yard.redis.command(["CONFIG", "SET", "stop-writes-on-bgsave-error", "no"])
            }
        }
    }

    @Test func `LOADING: Redis that takes its time to read its file`() async throws {
        try await withFolder { folder in
            let server = try await RedisServer(
                arguments: ["--dir", folder, "--appendonly", "yes", "--key-load-delay", "300"])
            try await JobTestHarness.withLoad(on: server) { _ in
                await server.kill()
                try await server.restart()
            }
        }
    }
}
