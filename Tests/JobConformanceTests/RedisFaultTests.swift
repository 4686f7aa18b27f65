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
    @Test func `bodies without a place are found, those without a row removed, when Redis lost its tail`() async throws
    {
        let server = try await RedisServer()
        try await JobTestHarness.open(redisAt: server.port) { yard in
            let jobs = try await yard.outboxJob((0..<20).map(Chore.init), pushing: false)
            let over = (20..<40).map { _ in JobID(unixMilliseconds: 1) }
            for job in jobs {
                _ = try await yard.redis.command([
                    "HSET", yard.key("jobs", of: .email), RedisArgument(job.id.description),
                    RedisArgument(Envelope(job).json),
                ])
            }
            for id in over {
                let envelope = Envelope(id: id, kind: Chore.kind, trace: nil, args: Array(#"{"number":1}"#.utf8))
                _ = try await yard.redis.command([
                    "HSET", yard.key("jobs", of: .email), RedisArgument(id.description), RedisArgument(envelope.json),
                ])
            }
            // One that is over was in the hands of a worker that died.
            let last = RedisArgument(over[0].description)
            _ = try await yard.redis.command(["HSET", yard.key("running:gone:1:2", of: .email), last, ""])
            _ = try await yard.redis.command(["ZADD", yard.key("workers", of: .email), 1, "gone:1:2"])
            #expect(try await yard.sweep().run() == 20)
            #expect(try await yard.rescue(.email).reap() == 1)
            #expect(try await yard.integer("HLEN", yard.key("jobs", of: .email)) == 20)
            let done = Tally()
            try await yard.consume(Chore.self) { chore, _ in
                done.add(chore.number)
                return .finished
            }
            try await yard.untilDone()
            #expect(done.all.sorted() == Array(0..<20))
            try await yard.expectNothingLeft(in: .email)
        }
    }

    @Test func `Redis down at start`() async throws {
        let server = try await RedisServer()
        try await JobTestHarness.open(redisAt: server.port) { yard in
            await server.kill()
            try await yard.promiseProbes(0..<50)
            try await yard.probe()
            try await yard.probe(.sweeper)
            try await server.restart()
            try await yard.untilDone()
            try await yard.expectEffects(0..<50)
        }
    }

    // More than a lease is enough: what is longer takes the same paths.
    @Test func `Redis away under load for thirty seconds makes no living worker a dead one`() async throws {
        let server = try await RedisServer()
        try await JobTestHarness.withLoad(on: server) { yard in
            let held = yard.lines.filter { $0.number >= 1_000_000 }.count
            #expect(held == 4)
            server.suspend()
            try await yard.loop.sleep(for: .seconds(30))
            server.resume()
            // All come back, and nobody is taken for dead.
            await yard.redis.connected()
            try await yard.loop.sleep(for: .seconds(2))
            #expect(try await yard.integer("EXISTS", yard.key("crashes")) == 0)
            #expect(yard.runs.filter { $0.key >= 1_000_000 }.values.allSatisfy { $0 == 1 })
        }
    }

    @Test func `resets through a proxy, 10,000 jobs`() async throws {
        let server = try await RedisServer()
        let proxy = try FaultProxy(to: server.port)
        defer { proxy.close() }
        try await JobTestHarness.open(redisAt: proxy.port) { yard in
            try await yard.promiseProbes(0..<10_000)
            try await yard.probe(.sweeper)
            try await yard.probe(slots: 32)
            try await yard.probe(slots: 32)
            for _ in 0..<25 {
                try await yard.loop.sleep(for: .milliseconds(Int.random(in: 50...250)))
                if Bool.random() { proxy.reset() } else { proxy.loseAnswers(6) }
            }
            proxy.loseAnswers(0)
            try await yard.untilDone(within: 60)
            try await yard.expectEffects(0..<10_000)
            try await yard.expectNothingLeft()
        }
    }

    @Test func `a silent black hole`() async throws {
        let server = try await RedisServer()
        let proxy = try FaultProxy(to: server.port)
        defer { proxy.close() }
        try await JobTestHarness.open(redisAt: proxy.port) { yard in
            try await yard.probe(.sweeper)
            try await yard.probe()
            try await yard.promiseProbes(0..<300) { $0.milliseconds = 10 }
            try await eventually("the work has begun") { yard.count(.end) > 20 }
            proxy.beSilent(true)
            try await yard.promiseProbes(300..<400)
            try await yard.loop.sleep(for: .seconds(6))
            proxy.beSilent(false)
            try await yard.untilDone()
            try await yard.expectEffects(0..<400)
        }
    }

    @Test func `FLUSHALL with 10,000 jobs in every state`() async throws {
        let server = try await RedisServer()
        try await JobTestHarness.open(redisAt: server.port) { yard in
            try await yard.probe(.sweeper)
            try await yard.probe(slots: 32)
            try await yard.probe(slots: 32)
            try await yard.promiseFan(ProbeFan(9_000, children: 999))
            try await yard.promiseProbes(0..<500) { job in
                job.running = 4
                job.limitKey = "all"
            }
            try await yard.promiseProbes(500..<1_500, after: .seconds(4))
            try await yard.promiseProbes(1_500..<2_500) { $0.failures = $0.number % 20 == 0 ? 20 : 0 }
            try await yard.promiseProbes(2_500..<9_000) { $0.milliseconds = 5 }
            for _ in 0..<3 {
                try await eventually("some are running") {
                    let workers = try await yard.redis.command(["KEYS", yard.key("running:*")]).array?.count
                    return workers == 2
                }
                _ = try await yard.redis.command(["FLUSHALL"])
                try await yard.loop.sleep(for: .milliseconds(700))
            }
            try await yard.untilDone(within: 60)
            try await yard.expectEffects(0..<10_000)
            try await yard.expectNothingLeft()
        }
    }
}
