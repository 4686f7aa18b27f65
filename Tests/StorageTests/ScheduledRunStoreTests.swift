import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Scheduled runs", .database)
struct ScheduledRunStoreTests {
    private static let noon = Timestamp(unixSeconds: 1_700_000_000)

    @Test func `a run is recorded once with its job, and never after a newer one`() async throws {
        try await Stores.open { stores in
            let store = ScheduledRunStore(stores.database)
            try await store.begin("sweep", at: Self.noon)
            try await store.begin("sweep", at: Self.noon.adding(.seconds(9)))
            #expect(try await store.state(of: "sweep", in: "UTC").last == Self.noon)
            let due = Self.noon.adding(.seconds(60))
            let run = OutboxJob(id: Stores.id(JobID.self), queue: "q", kind: "run", payload: "{}")
            #expect(try await store.fire("sweep", at: due, enqueuing: run) == .fired)
            #expect(try await store.fire("sweep", at: due, enqueuing: Stores.job()) == .late)
            #expect(try await store.fire("sweep", at: Self.noon.adding(.seconds(30)), enqueuing: nil) == .late)
            #expect(try await store.fire("other", at: Self.noon, enqueuing: nil) == .fired)
            #expect(try await stores.jobs(kind: "run") == 1)
            #expect(try await store.state(of: "sweep", in: "UTC").last == due)
            #expect(try await store.installation() == store.installation())
        }
    }

    @Test func `a minute that a clock shows twice is two moments, or the second`() async throws {
        try await Stores.open { stores in
            let store = ScheduledRunStore(stores.database)
            // 2023-10-29 02:30 in Paris: at 00:30 and at 01:30 in UTC.
            let minute = 1_698_546_600 / 60
            let both = try await store.moments([minute], in: "Europe/Paris", repeating: true)
            #expect(both == [Timestamp(unixSeconds: 1_698_539_400), Timestamp(unixSeconds: 1_698_543_000)])
            let one = try await store.moments([minute], in: "Europe/Paris", repeating: false)
            #expect(one == [Timestamp(unixSeconds: 1_698_543_000)])
        }
    }
}
