import Chassis
import Glibc
import Redis
import TestSupport
import Testing

struct OutageTests {
    @Test func `a restart of the server fails pending commands, and later ones see the new run_id`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let redis = Redis(on: loop, settings: try settings(server.url, timeout: .seconds(5)), log: quiet)
            redis.start()
            await redis.connected()
            let firstLife = redis.runID
            let shared = LoopBound(redis, on: loop)
            let outcomes = await withTaskGroup(of: Result<RedisValue, RedisError>.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        await shared.value.outcome(["BLPOP", "nothing", 0])
                    }
                }
                group.addTask {
                    await server.kill()
                    return .success(.null)
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == .failure(.connectionLost) }.count == 20)
            #expect(
                await redis.outcome(["PING"])
                    == .failure(.unavailable))
            try await server.restart()
            await redis.connected()
            #expect(try await redis.command(["PING"]) == .status("PONG"))
            #expect(redis.runID != firstLife)
            #expect(redis.runID?.count == 40)
            await redis.close()
        }
    }

    @Test func `a server that is down at the start is connected when it is up`() async throws {
        let server = try await RedisServer()
        await server.kill()
        try await withEventLoop { loop in
            let redis = Redis(on: loop, settings: try settings(server.url), log: quiet)
            redis.start()
            #expect(
                await redis.outcome(["PING"])
                    == .failure(.unavailable))
            #expect(!redis.isConnected)
            try await server.restart()
            await redis.connected()
            #expect(try await redis.command(["PING"]) == .status("PONG"))
            await redis.close()
        }
    }

    @Test func `a stopped server is disconnected in time and reconnected`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let redis = Redis(on: loop, settings: try settings(server.url), log: quiet)
            redis.start()
            await redis.connected()
            server.suspend()
            let duration = await ContinuousClock().measure {
                #expect(
                    await redis.outcome(["PING"])
                        == .failure(.timedOut))
            }
            #expect(duration >= .milliseconds(300))
            #expect(duration < .seconds(1.5))
            #expect(
                await redis.outcome(["PING"])
                    == .failure(.unavailable))
            server.resume()
            await redis.connected()
            #expect(try await redis.command(["PING"]) == .status("PONG"))
            await redis.close()
        }
    }

    @Test func `closing completes all pending commands, also while the server is stopped`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let redis = Redis(on: loop, settings: try settings(server.url), log: quiet)
            redis.start()
            await redis.connected()
            server.suspend()
            let shared = LoopBound(redis, on: loop)
            let outcomes = await withTaskGroup(of: Result<RedisValue, RedisError>?.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        await shared.value.outcome(["PING"])
                    }
                }
                group.addTask {
                    await shared.value.close()
                    return nil
                }
                return await group.reduce(into: []) { outcomes, outcome in outcome.map { outcomes.append($0) } }
            }
            #expect(outcomes.count == 100)
            #expect(outcomes.allSatisfy { $0 == .failure(.timedOut) })
            #expect(!redis.isConnected)
        }
    }

    @Test func `closing waits for the replies of earlier commands`() async throws {
        try await withEventLoop { loop in
            let redis = Redis(on: loop, settings: try RedisPrefix.settings(), log: quiet)
            redis.start()
            await redis.connected()
            let shared = LoopBound(redis, on: loop)
            let replies = await withTaskGroup(of: Result<RedisValue, RedisError>?.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        await shared.value.outcome(["PING"])
                    }
                }
                group.addTask {
                    await shared.value.close()
                    return nil
                }
                return await group.reduce(into: []) { outcomes, outcome in outcome.map { outcomes.append($0) } }
            }
            #expect(replies.count == 100)
            #expect(replies.allSatisfy { $0 == .success(.status("PONG")) })
        }
    }

    @Test func `closing while connecting, waiting or before any start returns`() async throws {
        let listener = try SilentListener()
        try await withEventLoop { loop in
            for url in ["redis://127.0.0.1:\(listener.port)", "redis://127.0.0.1:1", "unix:///nothing/here"] {
                let redis = Redis(on: loop, settings: try settings(url), log: quiet)
                redis.start()
                await redis.close()
                #expect(!redis.isConnected)
            }
            await Redis(on: loop, settings: try settings("redis://a"), log: quiet).close()
        }
    }

    @Test func `a READONLY reply is an error and reconnects`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let redis = Redis(on: loop, settings: try settings(server.url), log: quiet)
            redis.start()
            await redis.connected()
            let before = try await redis.command(["CLIENT", "ID"])
            _ = try await redis.command(["REPLICAOF", "127.0.0.1", "1"])
            guard
                case .failure(.rejected(let failure)) = await redis.outcome(["SET", "a", "1"])
            else {
                Issue.record("not refused")
                return
            }
            #expect(failure.code == "READONLY")
            #expect(!redis.isConnected)
            await redis.connected()
            #expect(try await redis.command(["CLIENT", "ID"]) != before)
            await redis.close()
        }
    }

    @Test func `a host name is resolved off the loop`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let redis = Redis(on: loop, settings: try settings("redis://localhost:\(server.port)/2"), log: quiet)
            redis.start()
            #expect(!redis.isConnected)
            await redis.connected()
            #expect(try await redis.command(["CLIENT", "INFO"]).text?.contains(" name=test-commands ") == true)
            #expect(try await redis.command(["CLIENT", "INFO"]).text?.contains(" db=2 ") == true)
            await redis.close()
        }
    }

    @Test func `connecting to an address that does not respond times out, and the log says why`() async throws {
        let listener = try SilentListener()
        let written = WrittenLog()
        try await withEventLoop { loop in
            let redis = Redis(
                on: loop, settings: try settings("redis://127.0.0.1:\(listener.port)"), log: written.log)
            redis.start()
            #expect(await written.next().contains("timed out while connecting"))
            await redis.close()
        }
    }

    @Test func `a blocked loop does not time out the server`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let redis = Redis(on: loop, settings: try settings(server.url), log: quiet)
            redis.start()
            await redis.connected()
            let value = [UInt8](repeating: 7, count: 1 << 20)
            _ = try await redis.command(["SET", "a", RedisArgument(value)])
            loop.schedule(after: .zero) { usleep(600_000) }
            let isSame = try await redis.command(["GET", "a"]) == .bytes(value)
            #expect(isSame)
            await redis.close()
        }
    }
}
