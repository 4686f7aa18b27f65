import Chassis
import Glibc
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct ConnectionTests {
    private static let one = Statement("test.one", "SELECT 1")
    private static let session = Statement("test.session", "SELECT pg_backend_pid()")
    private static let die = Statement("test.die", "SELECT pg_sleep(0.2), pg_terminate_backend(pg_backend_pid())")

    @Test func `a session terminated in flight fails its write and resends the reads behind it`() async throws {
        try await withPostgres { database, bound in
            async let write = bound.write(Self.die)
            // Reads of a turn go before its writes: when this one completes, the write is in flight.
            _ = await bound.read(Self.one)
            let reads = await withTaskGroup(of: Outcome.self) { group in
                for _ in 0..<50 { group.addTask { await bound.read(Self.one) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(await write.failure == .connectionLost)
            #expect(reads.compactMap(\.failure) == [])
            #expect(database.isConnected)
        }
    }

    @Test func `a read that terminates its session every time is resent once only`() async throws {
        try await withPostgres { _, bound in
            #expect(await bound.read(Self.die).failure == .connectionLost)
            #expect(await bound.read(Self.one).failure == nil)
        }
    }

    @Test func `a restart of the server under load fails no read, and failed writes report connectionLost`()
        async throws
    {
        try await withDatabaseServer { server in
            try await server.start()
            try await withPostgres(at: server.url) { database, bound in
                _ = try await database.write(Statement("test.log", "CREATE TABLE log (id integer)"))
                let load = Load()
                async let running: Void = withTaskGroup { group in
                    for _ in 0..<16 { group.addTask { await load.run(on: bound) } }
                }
                await load.waitForWrites(more: 100)
                try await server.stop()
                try await server.start()
                await load.waitForWrites(more: 100)
                load.end()
                await running
                let seen = load.seen
                #expect(seen.failedReads == [])
                #expect(seen.failedWrites.allSatisfy { $0 == .connectionLost })
                var row = try await database.read(Statement("test.total", "SELECT count(*) FROM log"))[0]
                let total = try row.int()
                #expect(total >= seen.writes)
                #expect(total <= seen.writes + seen.failedWrites.count)
            }
        }
    }

    @Test func `a server that is down at the start is used as soon as it is up`() async throws {
        try await withDatabaseServer { server in
            try await withPostgres(at: server.url) { database, bound in
                async let early = bound.read(Self.one)
                try await server.start()
                #expect(await early.failure == nil)
                #expect(database.isConnected)
            }
        }
    }

    @Test func `a session that stops responding is closed and its reads are resent`() async throws {
        try await withPostgres {
            $0.statementTimeout = .milliseconds(100)
            $0.responseGrace = .milliseconds(200)
        } _: { database, bound in
            var row = try await database.read(Self.session)[0]
            let session = pid_t(try row.int())
            #expect(kill(session, SIGSTOP) == 0)
            defer { kill(session, SIGCONT) }
            async let write = bound.write(Self.one)
            async let read = bound.read(Self.one)
            #expect(await write.failure == .connectionLost)
            #expect(await read.failure == nil)
        }
    }

    @Test func `without a server ten thousand queries wait for three seconds and one more is rejected immediately`()
        async throws
    {
        try await withPostgres(at: Secret("postgresql://127.0.0.1:1/nowhere")) { _, bound in
            await withTaskGroup(of: (PostgresError?, Duration).self) { group in
                for _ in 0...10_000 {
                    group.addTask {
                        let clock = ContinuousClock()
                        let began = clock.now
                        return (await bound.read(Self.one).failure, clock.now - began)
                    }
                }
                var durations: [Duration] = []
                for await (error, duration) in group {
                    #expect(error == .unavailable)
                    durations.append(duration)
                }
                durations.sort()
                #expect(durations[0] < .seconds(1))
                #expect(durations[1] > .seconds(2))
                #expect(durations[10_000] < .seconds(5))
            }
        }
    }

    @Test func `a port that accepts and sends nothing hangs no query`() async throws {
        let listener = try SilentListener()
        let url = Secret("postgresql://127.0.0.1:\(listener.port)/nowhere")
        try await withPostgres(at: url) {
            $0.connectTimeout = .milliseconds(200)
        } _: { database, bound in
            #expect(await bound.read(Self.one).failure == .unavailable)
            #expect(!database.isConnected)
        }
    }

    @Test(arguments: ["postgresql://someone:s3cr3t@127.0.0.1:1/nowhere", "postgresql://someone:s3cr3t@127.0.0.1:port/"])
    func `the log holds the reason of a failed connection, never the password`(url: String) async throws {
        var ends: [CInt] = [0, 0]
        #expect(pipe(&ends) == 0)
        let log = Log(level: .debug, format: .json, to: LogSink(descriptor: ends[1]))
        try await withPostgres(at: Secret(url), log: log) { _, bound in
            #expect(await bound.read(Self.one).failure == .unavailable)
        }
        log.flush()
        close(ends[1])
        var text = [UInt8](repeating: 0, count: 65_536)
        let count = read(ends[0], &text, text.count)
        close(ends[0])
        let lines = String(decoding: text.prefix(max(0, count)), as: UTF8.self)
        #expect(lines.contains("PostgreSQL unavailable, retrying"))
        #expect(!lines.contains("s3cr3t"))
    }
}
