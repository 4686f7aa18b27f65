import Chassis
import Postgres
import TestSupport
import Testing

/// Which connection of a loop serves which kind of query.
@Suite(.database) struct ConnectionRoutingTests {
    private static let short = Statement("routing.short", "SELECT 1")
    private static let long = Statement("routing.long", "SELECT pg_sleep(0.4)", isLong: true)
    private static let unexpectedlyLong = Statement("routing.unexpected", "SELECT pg_sleep(0.4), 1")
    private static let write = Statement("routing.write", "SELECT pg_sleep(0.4), 2")

    @Test func `a short read overtakes a long one submitted in the same turn`() async throws {
        try await withFourConnections { bound, order in
            async let long: Void = order.note("long") { try await bound.read(Self.long).get() }
            async let short: Void = order.note("short") { try await bound.read(Self.short).get() }
            _ = try await (long, short)
            #expect(await order.names == ["short", "long"])
        }
    }

    @Test func `neither short nor long reads wait for writes, however many`() async throws {
        try await withFourConnections { bound, order in
            try await withThrowingTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask { try await order.note("write") { try await bound.write(Self.write).get() } }
                }
                for _ in 0..<5 {
                    group.addTask { try await order.note("short") { try await bound.read(Self.short).get() } }
                }
                group.addTask { try await order.note("long") { try await bound.read(Self.long).get() } }
                try await group.waitForAll()
            }
            // Two connections run two writes each.
            #expect(await order.names.prefix(5) == Array(repeating: "short", count: 5)[...])
            #expect(await order.names.suffix(2) == ["write", "write"])
        }
    }

    @Test func `a read avoids a connection that is stalled by an unexpectedly long read`() async throws {
        try await withFourConnections { bound, order in
            async let long: Void = order.note("long") { try await bound.read(Self.unexpectedlyLong).get() }
            try await eventually("it takes long") {
                try await !bound.write(Self.running).get().isEmpty
            }
            try await order.note("short") { try await bound.read(Self.short).get() }
            try await long
            #expect(await order.names == ["short", "long"])
        }
    }

    private static let running = Statement(
        "routing.running",
        """
        SELECT pid FROM pg_stat_activity
        WHERE query = 'SELECT pg_sleep(0.4), 1' AND state = 'active' AND query_start < clock_timestamp() - interval '5 ms'
        """)

    @Test func `one connection serves all kinds of queries`() async throws {
        try await withPostgres {
            $0.connections = 1
        } _: { _, bound in
            async let long = bound.read(Self.long)
            async let write = bound.write(Self.short)
            #expect(await long.failure == nil)
            #expect(await write.failure == nil)
        }
    }

    /// Runs a body when all four connections are established.
    private func withFourConnections(
        _ body: @escaping @Sendable (LoopBound<Database>, Order) async throws -> Void
    ) async throws {
        try await withPostgres {
            $0.connections = 4
        } _: { _, bound in
            try await eventually("all are connected") {
                async let first = bound.write(Self.backend)
                async let second = bound.write(Self.backend)
                async let third = bound.read(Self.backend)
                async let fourth = bound.read(Self.longBackend)
                var backends: Set<Int> = []
                for result in await [first, second, third, fourth] {
                    var row = try result.get()[0]
                    backends.insert(try row.int())
                }
                return backends.count == 4
            }
            try await body(bound, Order())
        }
    }

    private static let backend = Statement("routing.backend", "SELECT pg_backend_pid()")
    private static let longBackend = Statement("routing.long-backend", "SELECT pg_backend_pid(), 1", isLong: true)
}

/// Records the order in which queries complete.
private actor Order {
    private(set) var names: [String] = []

    func note<Value>(_ name: String, _ work: @Sendable () async throws -> Value) async throws {
        _ = try await work()
        names.append(name)
    }
}
