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
        try await JobTestHarness.withLoad(on: server) { harness in
            for _ in 0..<20 {
                _ = try await harness.redis.command(["SCRIPT", "FLUSH"])
                try await harness.loop.sleep(for: .milliseconds(20))
            }
        }
    }

    @Test func `READONLY: a replica for a while`() async throws {
        let server = try await RedisServer()
        try await JobTestHarness.withLoad(on: server) { harness in
            _ = try await harness.redis.command(["REPLICAOF", "127.0.0.1", "1"])
            try await harness.loop.sleep(for: .seconds(2))
            await harness.redis.connected()
            _ = try await harness.redis.command(["REPLICAOF", "NO", "ONE"])
        }
    }

    @Test func `OOM: no memory for a while, also where jobs fail and where limits hold`() async throws {
        let server = try await RedisServer()
        try await JobTestHarness.withLoad(on: server) { harness in
            for _ in 0..<5 {
                _ = try await harness.redis.command(["CONFIG", "SET", "maxmemory", "1"])
                try await harness.loop.sleep(for: .milliseconds(600))
                _ = try await harness.redis.command(["CONFIG", "SET", "maxmemory", "0"])
                try await harness.loop.sleep(for: .milliseconds(300))
            }
        }
    }

    @Test func `OOM just when jobs fail, end and wait for each other: none is forgotten`() async throws {
        struct TestFailure: Error {}
        let server = try await RedisServer()
        try await JobTestHarness.open(redisAt: server.port) { harness in
            let begun = RecordedNumbers()
            let done = RecordedNumbers()
            let isShort = Atomic(true)
            try await harness.consume(TestJob.self, slots: 64) { job, context in
                begun.add(job.number)
                while isShort.load(ordering: .relaxed) { try await harness.loop.sleep(for: .milliseconds(5)) }
                if job.number < 20, context.attempt == 0 { throw TestFailure() }
                done.add(job.number)
                return .finished
            }
            try await harness.enqueue(
                (0..<40).map { number in
                    var job = TestJob(number)
                    if number >= 20 {
                        job.running = 2
                        job.key = "key"
                    }
                    return job
                })
            try await eventually("all that may run are running") { begun.count == 22 }
            _ = try await harness.redis.command(["CONFIG", "SET", "maxmemory", "1"])
            isShort.store(false, ordering: .relaxed)
            try await harness.loop.sleep(for: .seconds(2))
            _ = try await harness.redis.command(["CONFIG", "SET", "maxmemory", "0"])
            try await harness.untilDone()
            #expect(done.all.sorted() == Array(0..<40))
            try await harness.expectNothingLeft(in: .email)
        }
    }

    @Test func `MISCONF: Redis that cannot save refuses writes for a while`() async throws {
        try await withFolder { folder in
            let server = try await RedisServer(arguments: ["--dir", folder, "--save", "3600 1"])
            try await JobTestHarness.withLoad(on: server) { harness in
                try FileManager.default.removeItem(atPath: folder)
                _ = try await harness.redis.command(["BGSAVE"])
                try await eventually("writes are refused") {
                    do {
                        _ = try await harness.redis.command(["SET", "some", "thing"])
                        return false
                    } catch RedisError.rejected(let failure) { return failure.code == "MISCONF" }
                }
                try await harness.loop.sleep(for: .seconds(2))
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                _ = try await harness.redis.command(["CONFIG", "SET", "stop-writes-on-bgsave-error", "no"])
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
