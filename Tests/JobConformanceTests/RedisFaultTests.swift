import Chassis
import Domain
import Foundation
import JobProbing
import Jobs
import Redis
import TestSupport
import Testing

@Suite("Nothing is lost when Redis fails", .database)
struct RedisFaultTests {
    @Test func `Redis killed and restarted under load, empty`() async throws {
        let server = try await RedisServer()
        try await JobTestHarness.withLoad(on: server) { _ in
            await server.kill()
            try await server.restart()
        }
    }

    @Test(arguments: [0, 4_096])
    func `Redis killed and restarted with its file, and its last second cut off`(bytes: Int) async throws {
        try await withFolder { folder in
            let server = try await RedisServer(arguments: ["--dir", folder, "--appendonly", "yes"])
            try await JobTestHarness.withLoad(on: server) { _ in
                await server.kill()
                let directory = "\(folder)/appendonlydir"
                for name in try FileManager.default.contentsOfDirectory(atPath: directory)
                where name.hasSuffix(".incr.aof") {
                    let file = try #require(FileHandle(forWritingAtPath: "\(directory)/\(name)"))
                    try file.truncate(atOffset: try file.seekToEnd() - UInt64(bytes))
                    try file.close()
                }
                try await server.restart()
            }
        }
    }

    // Redis loads the half of a script that was cut off, once more has been written behind it and it starts again.
    @Test func `orphans are requeued, and bodies without a row removed, when Redis lost its tail`() async throws {
        let server = try await RedisServer()
        try await JobTestHarness.open(redisAt: server.port) { harness in
            let jobs = try await harness.enqueue((0..<20).map(TestJob.init), pushing: false)
            let over = (20..<40).map { _ in JobID(unixMilliseconds: 1) }
            for job in jobs {
                _ = try await harness.redis.command([
                    "HSET", harness.key("jobs", of: .email), RedisArgument(job.id.description),
                    RedisArgument(Envelope(job).json),
                ])
            }
            for id in over {
                let envelope = Envelope(id: id, kind: TestJob.kind, trace: nil, args: Array(#"{"number":1}"#.utf8))
                _ = try await harness.redis.command([
                    "HSET", harness.key("jobs", of: .email), RedisArgument(id.description),
                    RedisArgument(envelope.json),
                ])
            }
            // One that is over was in the hands of a worker that died.
            let last = RedisArgument(over[0].description)
            _ = try await harness.redis.command(["HSET", harness.key("running:gone:1:2", of: .email), last, ""])
            _ = try await harness.redis.command(["ZADD", harness.key("workers", of: .email), 1, "gone:1:2"])
            #expect(try await harness.sweep().run() == 20)
            #expect(try await harness.reaper(.email).reap() == 1)
            #expect(try await harness.integer("HLEN", harness.key("jobs", of: .email)) == 20)
            let done = RecordedNumbers()
            try await harness.consume(TestJob.self) { job, _ in
                done.add(job.number)
                return .finished
            }
            try await harness.untilDone()
            #expect(done.all.sorted() == Array(0..<20))
            try await harness.expectNothingLeft(in: .email)
        }
    }

    @Test func `Redis down at start`() async throws {
        let server = try await RedisServer()
        try await JobTestHarness.open(redisAt: server.port) { harness in
            await server.kill()
            try await harness.enqueueProbes(0..<50)
            try await harness.probe()
            try await harness.probe(.sweeper)
            try await server.restart()
            try await harness.untilDone()
            try await harness.expectEffects(0..<50)
        }
    }

    // More than a lease is enough: what is longer takes the same paths.
    @Test func `Redis unavailable under load for thirty seconds: no living worker is taken for dead`() async throws {
        let server = try await RedisServer()
        try await JobTestHarness.withLoad(on: server) { harness in
            let held = harness.lines.filter { $0.number >= 1_000_000 }.count
            #expect(held == 4)
            server.suspend()
            try await harness.loop.sleep(for: .seconds(30))
            server.resume()
            // All reconnect, and none is taken for dead.
            await harness.redis.connected()
            try await harness.loop.sleep(for: .seconds(2))
            #expect(try await harness.integer("EXISTS", harness.key("crashes")) == 0)
            #expect(harness.runs.filter { $0.key >= 1_000_000 }.values.allSatisfy { $0 == 1 })
        }
    }

    @Test func `resets through a proxy, 10,000 jobs`() async throws {
        let server = try await RedisServer()
        let proxy = try FaultProxy(to: server.port)
        defer { proxy.close() }
        try await JobTestHarness.open(redisAt: proxy.port) { harness in
            try await harness.enqueueProbes(0..<10_000)
            try await harness.probe(.sweeper)
            try await harness.probe(slots: 32)
            try await harness.probe(slots: 32)
            for _ in 0..<25 {
                try await harness.loop.sleep(for: .milliseconds(Int.random(in: 50...250)))
                if Bool.random() { proxy.reset() } else { proxy.loseAnswers(6) }
            }
            proxy.loseAnswers(0)
            try await harness.untilDone(within: 60)
            try await harness.expectEffects(0..<10_000)
            try await harness.expectNothingLeft()
        }
    }

    @Test func `a silent black hole`() async throws {
        let server = try await RedisServer()
        let proxy = try FaultProxy(to: server.port)
        defer { proxy.close() }
        try await JobTestHarness.open(redisAt: proxy.port) { harness in
            try await harness.probe(.sweeper)
            try await harness.probe()
            try await harness.enqueueProbes(0..<300) { $0.milliseconds = 10 }
            try await eventually("the work has begun") { harness.count(.end) > 20 }
            proxy.beSilent(true)
            try await harness.enqueueProbes(300..<400)
            try await harness.loop.sleep(for: .seconds(6))
            proxy.beSilent(false)
            try await harness.untilDone()
            try await harness.expectEffects(0..<400)
        }
    }

    @Test func `FLUSHALL with 10,000 jobs in every state`() async throws {
        let server = try await RedisServer()
        try await JobTestHarness.open(redisAt: server.port) { harness in
            try await harness.probe(.sweeper)
            try await harness.probe(slots: 32)
            try await harness.probe(slots: 32)
            try await harness.enqueueFan(ProbeFan(9_000, children: 999))
            try await harness.enqueueProbes(0..<500) { job in
                job.running = 4
                job.limitKey = "all"
            }
            try await harness.enqueueProbes(500..<1_500, after: .seconds(4))
            try await harness.enqueueProbes(1_500..<2_500) { $0.failures = $0.number % 20 == 0 ? 20 : 0 }
            try await harness.enqueueProbes(2_500..<9_000) { $0.milliseconds = 5 }
            for _ in 0..<3 {
                try await eventually("some are running") {
                    let workers = try await harness.redis.command(["KEYS", harness.key("running:*")]).array?.count
                    return workers == 2
                }
                _ = try await harness.redis.command(["FLUSHALL"])
                try await harness.loop.sleep(for: .milliseconds(700))
            }
            try await harness.untilDone(within: 60)
            try await harness.expectEffects(0..<10_000)
            try await harness.expectNothingLeft()
        }
    }
}
