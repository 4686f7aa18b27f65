import Chassis
import Redis
import TestSupport
import Testing

struct CommandTests {
    @Test(arguments: [
        ("OOM command not allowed", MachineCondition.redisUnavailable), ("MISCONF no snapshot", .redisUnavailable),
        ("READONLY a replica", .redisUnavailable), ("WRONGTYPE a list", nil), ("ERR no such command", nil),
    ])
    func `a reply that the server cannot write is a condition of the machine`(
        reply: String, condition: MachineCondition?
    ) async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                let script = RedisArgument("return redis.error_reply('\(reply)')")
                let error = await #expect(throws: RedisError.self) { try await redis.command(["EVAL", script, 0]) }
                #expect(error?.machineCondition == condition, "\(String(describing: error))")
            }
        }
        #expect(RedisError.unavailable.machineCondition == .redisUnavailable)
    }

    @Test func `ten thousand concurrent commands are executed and replied in order`() async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                let shared = LoopBound(redis, on: loop)
                let replies = try await withThrowingTaskGroup(of: (Int, Int?).self) { group in
                    for index in 1...10_000 {
                        group.addTask {
                            let redis = shared.value
                            return (index, try await redis.command(["INCR", "\(redis.key("count"))"]).integer)
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(replies.count == 10_000)
                #expect(replies.allSatisfy { $0 == $1 })
            }
        }
    }

    @Test(arguments: [
        [], [0], [0x0d, 0x0a], Array("$5\r\nhello\r\n".utf8), Array(0...255),
    ])
    func `a value of any bytes is returned unchanged`(_ bytes: [UInt8]) async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                let key = RedisArgument(Array(redis.key("k\u{0}\r\n").utf8) + bytes.prefix(300))
                let stored = try await redis.command(["SET", key, RedisArgument(bytes)])
                #expect(stored == .status("OK"))
                #expect(try await redis.command(["GET", key]) == .bytes(bytes))
            }
        }
    }

    @Test func `a value of many megabytes is returned unchanged`() async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                let value = (0..<750_000).flatMap { _ in [0, 0x0d, 0x0a, UInt8.random(in: 0...255)] }
                _ = try await redis.command(["SET", RedisArgument(redis.key("large")), RedisArgument(value)])
                let isSame = try await redis.command(["GET", RedisArgument(redis.key("large"))]) == .bytes(value)
                #expect(isSame)
            }
        }
    }

    @Test func `numbers, text and nothing keep their kind`() async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                let key = RedisArgument(redis.key("number"))
                #expect(try await redis.command(["GET", key]) == .null)
                for number in [0, -1, 42, Int.max, Int.min] {
                    _ = try await redis.command(["SET", key, RedisArgument(number)])
                    #expect(try await redis.command(["GET", key]).integer == number)
                }
                #expect(try await redis.command(["ECHO", "grüße"]).text == "grüße")
                let nested = try await redis.command([
                    "EVAL", "return {1,{'a',{}},redis.error_reply('NO no'),false}", 0,
                ])
                #expect(
                    nested
                        == .array([
                            .integer(1), .array([.bytes([0x61]), .array([])]), .error("NO no"), .null,
                        ]))
            }
        }
    }

    @Test func `an error reply has its code`() async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                let key = RedisArgument(redis.key("list"))
                _ = try await redis.command(["LPUSH", key, "a"])
                guard case .failure(.rejected(let failure)) = await redis.outcome(["GET", key])
                else {
                    Issue.record("not refused")
                    return
                }
                #expect(failure.code == "WRONGTYPE")
                #expect(failure.message.hasPrefix("WRONGTYPE Operation against"))
            }
        }
    }

    @Test func `failures of commands without a waiter are counted`() async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                redis.send(["SET", RedisArgument(redis.key("a")), "1"])
                redis.send(["INCR", RedisArgument(redis.key("a"))])
                redis.send(["LPUSH", RedisArgument(redis.key("a")), "1"])
                let value = try await redis.command(["GET", RedisArgument(redis.key("a"))])
                #expect(value.integer == 2)
                #expect(redis.failedSends == 1)
            }
        }
    }

    @Test func `commands beyond the in-flight limit are rejected immediately`() async throws {
        try await withEventLoop { loop in
            var settings = try RedisPrefix.settings()
            settings.maximumInFlight = 10
            let redis = Redis(on: loop, settings: settings, log: quiet)
            redis.start()
            await redis.connected()
            let shared = LoopBound(redis, on: loop)
            let outcomes = await withTaskGroup(of: Result<RedisValue, RedisError>.self) { group in
                for _ in 0..<25 {
                    group.addTask {
                        await shared.value.outcome(["PING"])
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == .success(.status("PONG")) }.count == 10)
            #expect(outcomes.filter { $0 == .failure(.unavailable) }.count == 15)
            await redis.close()
        }
    }

    @Test func `the commands of one turn go out in one write`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let redis = Redis(on: loop, settings: try settings(server.url), log: quiet)
            redis.start()
            await redis.connected()
            let before = try await redis.readsProcessed()
            for _ in 0..<300 { redis.send(["INCR", "a"]) }
            #expect(try await redis.readsProcessed() == before + 1)
            await redis.close()
        }
    }

    @Test func `a reply nested too deeply closes the connection only`() async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                let nest = "local t={} for i=2,tonumber(ARGV[1]) do t={t} end return t"
                var expected = RedisValue.array([])
                for _ in 2...8 { expected = .array([expected]) }
                let deepest = try await redis.command(["EVAL", "\(nest)", 0, 8])
                #expect(deepest == expected)
                #expect(
                    await redis.outcome(["EVAL", "\(nest)", 0, 9]) == .failure(.connectionLost))
                await redis.connected()
                #expect(try await redis.command(["PING"]) == .status("PONG"))
            }
        }
    }
}

extension Redis {
    fileprivate func readsProcessed() async throws -> Int {
        let info = try await command(["INFO", "stats"]).text ?? ""
        let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("total_reads_processed:") }
        return try #require(line.flatMap { Int($0.dropFirst("total_reads_processed:".count)) })
    }
}
