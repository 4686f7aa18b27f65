import Chassis
import Redis
import TestSupport
import Testing

struct ScriptTests {
    private static let double = RedisScript(name: "double", source: "return redis.call('INCRBY', KEYS[1], ARGV[1]) * 2")

    @Test func `a script is loaded once for concurrent first uses`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let redis = Redis(on: loop, settings: try settings(server.url), log: quiet)
            redis.start()
            await redis.connected()
            let shared = LoopBound(redis, on: loop)
            let sum = try await withThrowingTaskGroup(of: Int?.self) { group in
                for _ in 0..<64 {
                    group.addTask { try await shared.value.run(Self.double, keys: ["a"], arguments: [1]).integer }
                }
                return try await group.reduce(0) { $0 + ($1 ?? 0) }
            }
            #expect(sum == (1...64).reduce(0) { $0 + $1 * 2 })
            #expect(try await redis.calls(of: "script|load") == 1)
            #expect(try await redis.calls(of: "evalsha") == 64)
            await redis.close()
        }
    }

    @Test func `a script that the server has flushed is loaded again`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let redis = Redis(on: loop, settings: try settings(server.url), log: quiet)
            redis.start()
            await redis.connected()
            #expect(try await redis.run(Self.double, keys: ["a"], arguments: [1]) == .integer(2))
            _ = try await redis.command(["SCRIPT", "FLUSH"])
            #expect(try await redis.run(Self.double, keys: ["a"], arguments: [1]) == .integer(4))
            #expect(try await redis.calls(of: "script|load") == 2)
            await redis.close()
        }
    }

    @Test func `a script's error has its name and code`() async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                _ = try await redis.command(["LPUSH", RedisArgument(redis.key("list")), "a"])
                let result = await redis.outcome(Self.double, keys: [RedisArgument(redis.key("list"))])
                guard case .failure(.rejected(let failure)) = result else {
                    Issue.record("not refused")
                    return
                }
                #expect(failure.code == "WRONGTYPE")
                #expect(failure.message.hasPrefix("double: WRONGTYPE"))
            }
        }
    }

    @Test func `an invalid script fails for all its callers`() async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                let shared = LoopBound(redis, on: loop)
                let script = RedisScript(name: "broken", source: "return (")
                let refusals = await withTaskGroup(of: Bool.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            let result = await shared.value.outcome(script, keys: [])
                            if case .failure(.rejected) = result { return true }
                            return false
                        }
                    }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(refusals == 8)
            }
        }
    }
}

extension Redis {
    fileprivate func calls(of command: String) async throws -> Int {
        let info = try await self.command(["INFO", "commandstats"]).text ?? ""
        let start = "cmdstat_\(command):calls="
        let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix(start) }
        return line.flatMap { Int($0.dropFirst(start.count).prefix { $0 != "," }) } ?? 0
    }
}
