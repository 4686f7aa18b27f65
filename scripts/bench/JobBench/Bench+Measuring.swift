import Chassis
import Jobs
import Postgres
import Redis

extension Bench {
    /// - Returns: Jobs per second.
    func enqueue(_ count: Int) async throws -> Double {
        let start = monotonicNanoseconds()
        // The next command is made while Redis works on the one before.
        var last: Task<Void, any Error>?
        for first in stride(from: 0, to: count, by: 1_000) {
            let before = last
            let jobs = (first..<min(first + 1_000, count)).map(NoOp.init)
            last = Task(executorPreference: loop) { try await self.producer.sendAll(jobs) }
            try await before?.value
        }
        try await last?.value
        return Double(count) / Self.seconds(since: start)
    }

    /// - Returns: Jobs per second.
    func enqueueEach(_ count: Int) async throws -> Double {
        let start = monotonicNanoseconds()
        for number in 0..<count { try await producer.sendAll([NoOp(number: number)]) }
        return Double(count) / Self.seconds(since: start)
    }

    /// - Returns: Jobs per second, in PostgreSQL and in Redis.
    func add(_ count: Int) async throws -> Double {
        let outbox = Outbox(database)
        let start = monotonicNanoseconds()
        // The next statement is made while PostgreSQL works on the one before.
        var last: Task<Void, any Error>?
        for first in stride(from: 0, to: count, by: 1_000) {
            let before = last
            let jobs = try (first..<min(first + 1_000, count)).map {
                try producer.outboxJob(Effect(number: $0), trace: nil)
            }
            last = Task(executorPreference: loop) {
                for job in try await outbox.add(jobs) { self.producer.push(job) }
            }
            try await before?.value
        }
        try await last?.value
        try await flushed()
        return Double(count) / Self.seconds(since: start)
    }

    /// - Returns: Jobs per second, each in a transaction of its own.
    func commit(_ count: Int, clients: Int) async throws -> Double {
        let outbox = Outbox(database)
        let start = monotonicNanoseconds()
        let tasks = (0..<clients).map { client in
            Task(executorPreference: loop) {
                for number in stride(from: client, to: count, by: clients) {
                    let job = try self.producer.outboxJob(Effect(number: number), trace: nil)
                    for new in try await outbox.add([job]) { self.producer.push(new) }
                }
            }
        }
        for task in tasks { try await task.value }
        let end = Self.seconds(since: start)
        try await flushed()
        return Double(count) / end
    }

    /// - Returns: How many were sent.
    func pickUp(_ count: Int) async throws -> Double {
        for _ in 0..<count {
            try await loop.sleep(for: .milliseconds(Int.random(in: 5...15)))
            try producer.send(PickUp(number: Int(monotonicNanoseconds())))
        }
        try await loop.sleep(for: .milliseconds(100))
        return Double(count)
    }

    /// - Returns: Seconds from the first claim until no job waits or runs.
    func drain() async throws -> Double {
        let full = try await waiting()
        while try await waiting() == full { try await loop.sleep(for: .milliseconds(1)) }
        return try await empty()
    }

    /// - Returns: Seconds until no job waits or runs.
    func empty() async throws -> Double {
        let start = monotonicNanoseconds()
        while try await waiting() > 0 { try await loop.sleep(for: .milliseconds(2)) }
        while try await running() > 0 { try await loop.sleep(for: .milliseconds(2)) }
        // Running jobs may have been requeued in between.
        return try await waiting() > 0 ? empty() + Self.seconds(since: start) : Self.seconds(since: start)
    }

    /// - Returns: How many jobs workers hold.
    func inHand() async throws -> Double { Double(try await running()) }

    /// Waits until all pushes are processed: commands of one connection are answered in order.
    private func flushed() async throws {
        try await loop.sleep(for: .milliseconds(5))
        _ = try await redis.command(["PING"])
    }

    private func waiting() async throws -> Int {
        var count = 0
        for list in ["ready:high", "ready", "ready:low"] {
            count += try await redis.command(["LLEN", key(list)]).integer ?? 0
        }
        // The wake-up of a worker is not a job.
        if count == 1, try await redis.command(["LINDEX", key("ready"), 0]).text == "!" { return 0 }
        return count
    }

    private func running() async throws -> Int {
        var count = 0
        for worker in (try await redis.command(["ZRANGE", key("workers"), 0, -1]).array ?? []).compactMap(\.text) {
            count += try await redis.command(["HLEN", key("running:\(worker)")]).integer ?? 0
        }
        return count
    }

    private func key(_ name: String) -> RedisArgument { RedisArgument(redis.key("jq:{email}:\(name)")) }
}
