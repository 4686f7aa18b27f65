import Chassis
import Redis
import TestSupport
import Testing

struct BlockingConnectionTests {
    private static let wait: [RedisArgument] = ["BLMOVE", "from", "to", "RIGHT", "LEFT", 1]

    @Test func `a blocking command returns as soon as an element is pushed`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let blocking = RedisBlockingConnection(on: loop, settings: try settings(server.url), log: quiet)
            let redis = Redis(on: loop, settings: try settings(server.url), log: quiet)
            blocking.start()
            redis.start()
            await blocking.connected()
            await redis.connected()
            let shared = LoopBound(blocking, on: loop)
            async let moved = shared.value.command(Self.wait, blockingFor: .seconds(1))
            while try await redis.command(["INFO", "clients"]).text?.contains("blocked_clients:1") != true {}
            _ = try await redis.command(["LPUSH", "from", "job"])
            #expect(try await moved == .bytes(Array("job".utf8)))
            #expect(try await redis.command(["LLEN", "to"]) == .integer(1))
            await blocking.close()
            await redis.close()
        }
    }

    @Test func `a blocking command that times out returns null and keeps the connection`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let blocking = RedisBlockingConnection(on: loop, settings: try settings(server.url), log: quiet)
            blocking.start()
            await blocking.connected()
            let before = try await blocking.command(["CLIENT", "ID"], blockingFor: .zero)
            #expect(
                try await blocking.command(
                    ["BLMOVE", "from", "to", "RIGHT", "LEFT", "0.4"], blockingFor: .milliseconds(400)) == .null)
            #expect(try await blocking.command(["CLIENT", "ID"], blockingFor: .zero) == before)
            await blocking.close()
        }
    }

    @Test func `a stopped server is detected by the command's own deadline`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let blocking = RedisBlockingConnection(on: loop, settings: try settings(server.url), log: quiet)
            blocking.start()
            await blocking.connected()
            server.suspend()
            let duration = await ContinuousClock().measure {
                #expect(
                    await blocking.outcome(Self.wait, blockingFor: .milliseconds(200)) == .failure(.timedOut))
            }
            #expect(duration >= .milliseconds(500))
            #expect(duration < .seconds(2))
            server.resume()
            await blocking.connected()
            #expect(try await blocking.command(["PING"], blockingFor: .zero) == .status("PONG"))
            await blocking.close()
        }
    }

    @Test func `a cancelled blocking command pops nothing and reconnects`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let blocking = RedisBlockingConnection(on: loop, settings: try settings(server.url), log: quiet)
            let redis = Redis(on: loop, settings: try settings(server.url), log: quiet)
            blocking.start()
            redis.start()
            await blocking.connected()
            await redis.connected()
            let shared = LoopBound(blocking, on: loop)
            let waiting = Task(executorPreference: loop) {
                await shared.value.outcome(Self.wait, blockingFor: .seconds(1))
            }
            while try await redis.command(["INFO", "clients"]).text?.contains("blocked_clients:1") != true {}
            waiting.cancel()
            #expect(await waiting.value == .failure(.connectionLost))
            while try await redis.command(["INFO", "clients"]).text?.contains("blocked_clients:0") != true {}
            _ = try await redis.command(["LPUSH", "from", "job"])
            #expect(try await redis.command(["LLEN", "from"]) == .integer(1))
            await blocking.connected()
            #expect(try await blocking.command(Self.wait, blockingFor: .seconds(1)).text == "job")
            await blocking.close()
            await redis.close()
        }
    }

    @Test func `closing ends a blocking command`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let blocking = RedisBlockingConnection(on: loop, settings: try settings(server.url), log: quiet)
            blocking.start()
            await blocking.connected()
            let shared = LoopBound(blocking, on: loop)
            let waiting = Task(executorPreference: loop) {
                await shared.value.outcome(Self.wait, blockingFor: .seconds(1))
            }
            loop.atEndOfTurn { loop.spawn { await shared.value.close() } }
            #expect(await waiting.value == .failure(.connectionLost))
        }
    }
}

extension RedisBlockingConnection {
    /// Waits until a command can be sent. Sets ``onConnect``.
    fileprivate func connected() async {
        if isConnected { return }
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            onConnect = { [unowned self] in
                onConnect = nil
                continuation.resume()
            }
        }
    }
}
