import Chassis
import Foundation
import JobProbing
import Jobs
import Redis
import Social
import Synchronization
import TestSupport
import Testing

@Suite("Nothing is lost when Redis fails", .database)
struct RedisFaultTests {
    @Test func `Redis killed and restarted under load, empty`() async throws {
        let server = try await RedisServer()
        try await withLoad(on: server) { _ in
            await server.kill()
            try await server.restart()
        }
    }

    @Test(arguments: [0, 4_096])
    func `Redis killed and restarted with its file, and its last second cut off`(bytes: Int) async throws {
        try await withFolder { folder in
            let server = try await RedisServer(arguments: ["--dir", folder, "--appendonly", "yes"])
            try await withLoad(on: server) { _ in
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
        try await Yard.open(redisAt: server.port) { yard in
            let jobs = try await yard.promise((0..<20).map(Chore.init), pushing: false)
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
        try await Yard.open(redisAt: server.port) { yard in
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
        try await withLoad(on: server) { yard in
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
        try await Yard.open(redisAt: proxy.port) { yard in
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
        try await Yard.open(redisAt: proxy.port) { yard in
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

    @Test func `NOSCRIPT: scripts forgotten again and again`() async throws {
        let server = try await RedisServer()
        try await withLoad(on: server) { yard in
            for _ in 0..<20 {
                _ = try await yard.redis.command(["SCRIPT", "FLUSH"])
                try await yard.loop.sleep(for: .milliseconds(20))
            }
        }
    }

    @Test func `READONLY: a replica for a while`() async throws {
        let server = try await RedisServer()
        try await withLoad(on: server) { yard in
            _ = try await yard.redis.command(["REPLICAOF", "127.0.0.1", "1"])
            try await yard.loop.sleep(for: .seconds(2))
            await yard.redis.connected()
            _ = try await yard.redis.command(["REPLICAOF", "NO", "ONE"])
        }
    }

    @Test func `OOM: no memory for a while, also where jobs fail and where limits hold`() async throws {
        let server = try await RedisServer()
        try await withLoad(on: server) { yard in
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
        try await Yard.open(redisAt: server.port) { yard in
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
            try await yard.promise(
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
            try await withLoad(on: server) { yard in
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
            try await withLoad(on: server) { _ in
                await server.kill()
                try await server.restart()
            }
        }
    }

    @Test func `FLUSHALL with 10,000 jobs in every state`() async throws {
        let server = try await RedisServer()
        try await Yard.open(redisAt: server.port) { yard in
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

    /// Two workers and a sweeper are at two thousand jobs of all sorts, four of which take very long, when the fault comes.
    private func withLoad(on server: RedisServer, _ fault: @escaping @Sendable (Yard) async throws -> Void) async throws
    {
        try await Yard.open(redisAt: server.port) { yard in
            try await yard.probe(.sweeper)
            try await yard.probe(slots: 16)
            try await yard.probe(slots: 16)
            try await yard.promiseProbes(1_000_000..<1_000_004) { $0.gate = yard.path("gate") }
            try await eventually("four take long") { yard.count(.begin) == 4 }
            try await yard.promiseProbes(0..<1_500) { job in
                switch job.number % 10 {
                case 0: job.failures = job.number % 50 == 0 ? 20 : 0
                case 1:
                    job.running = 2
                    job.limitKey = "key"
                default: job.milliseconds = 10
                }
            }
            try await yard.promiseProbes(1_500..<2_000, after: .seconds(1))
            try await eventually("the work has begun") { yard.count(.end) > 100 }
            try await fault(yard)
            yard.openGate("gate")
            try await yard.untilDone(within: 40)
            #expect(try await yard.effects() == Array(0..<2_000) + Array(1_000_000..<1_000_004))
            try await yard.expectNothingLeft()
        }
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = "/tmp/redis-folder-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }
}
