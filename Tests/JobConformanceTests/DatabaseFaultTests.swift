import Chassis
import JobProbing
import Jobs
import Storage
import TestSupport
import Testing

@Suite("Nothing is lost when PostgreSQL fails")
struct DatabaseFaultTests {
    @Test func `PostgreSQL restarted under load uses up no attempts while it is away`() async throws {
        try await withDatabaseServer { server in
            try await server.start()
            try await server.migrate()
            try await JobTestHarness.open(database: server.url) { yard in
                try await yard.probe(.sweeper)
                try await yard.probe(slots: 16)
                try await yard.promiseProbes(0..<1_000) { $0.milliseconds = 5 }
                try await eventually("the work has begun") { yard.count(.end) > 50 }
                try await server.stop()
                // What was in hand when it stopped fails; nothing else begins.
                try await yard.loop.sleep(for: .seconds(1))
                let begun = yard.count(.begin)
                try await yard.loop.sleep(for: .seconds(8))
                #expect(yard.count(.begin) == begun)
                try await server.start()
                try await yard.untilDone()
                try await yard.expectEffects(0..<1_000)
                #expect(yard.runs.values.allSatisfy { $0 <= 3 })
                try await yard.expectNothingLeft()
            }
        }
    }
}
