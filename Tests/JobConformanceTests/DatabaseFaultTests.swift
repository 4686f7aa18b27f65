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
            try await JobTestHarness.open(database: server.url) { harness in
                try await harness.probe(.sweeper)
                try await harness.probe(slots: 16)
                try await harness.enqueueProbes(0..<1_000) { $0.milliseconds = 5 }
                try await eventually("the work has begun") { harness.count(.end) > 50 }
                try await server.stop()
                // What was in hand when it stopped fails; nothing else begins.
                try await harness.loop.sleep(for: .seconds(1))
                let begun = harness.count(.begin)
                try await harness.loop.sleep(for: .seconds(8))
                #expect(harness.count(.begin) == begun)
                try await server.start()
                try await harness.untilDone()
                try await harness.expectEffects(0..<1_000)
                #expect(harness.runs.values.allSatisfy { $0 <= 3 })
                try await harness.expectNothingLeft()
            }
        }
    }
}
