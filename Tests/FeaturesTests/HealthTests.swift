import Chassis
import MediaStoring
import Redis
import TestSupport
import Testing

@testable import Features

/// S0-120, S0-121: health asks whether a store can do its work, not whether it answers.
@Suite(.database)
struct HealthTests {
    @Test func `the health check finds every store at work and measures it`() async throws {
        try await FeatureHarness.open { features in
            let check = features.operations.checkHealth
            let report = await check()
            for finding in [report.database, report.redis, report.accounts, report.notifications] {
                #expect(finding.state == .up && finding.milliseconds != nil)
            }
            #expect(await check.storage() == .up)
        }
    }

    @Test func `a PostgreSQL whose transactions are read-only cannot do its work`() async throws {
        let url = TestDatabase.current.url
        let parameter = "options=-c%20default_transaction_read_only%3Don"
        let readOnly = Secret(url.exposed + (url.exposed.contains("?") ? "&" : "?") + parameter)
        try await FeatureHarness.open(database: readOnly) { features in
            let report = await features.operations.checkHealth()
            #expect(report.database.state == .readOnly)
            #expect(report.accounts.state == .up)
        }
    }

    @Test func `a replica, a full Redis and one that cannot save refuse the write, and recover`() async throws {
        let folder = "/tmp/health-\(UInt64.random(in: 0 ... .max))"
        try Folder.create(folder)
        defer { Folder.remove(folder) }
        let server = try await RedisServer(arguments: ["--dir", folder, "--save", "3600 1"])
        try await FeatureHarness.open(redisAt: server.port) { features in
            let check = features.operations.checkHealth
            let redis = features.redis
            func expect(_ state: StoreState, _ what: String) async throws {
                try await eventually("\(what): \(state)") { await check.redis().state == state }
            }
            try await expect(.up, "at the start")
            for (name, refusal, repair) in [
                ("READONLY", ["REPLICAOF", "127.0.0.1", "1"], ["REPLICAOF", "NO", "ONE"]),
                ("OOM", ["CONFIG", "SET", "maxmemory", "1"], ["CONFIG", "SET", "maxmemory", "0"]),
            ] {
                try await features.command(refusal)
                try await expect(.readOnly, name)
                // The driver closes its connection to a replica: the finding stays the same while it connects again.
                for _ in 0..<5 { #expect(await check.redis().state == .readOnly, "\(name)") }
                try await features.command(repair)
                try await expect(.up, "after \(name)")
            }
            Folder.remove(folder)
            _ = try await redis.command(["BGSAVE"])
            try await expect(.readOnly, "MISCONF")
            try Folder.create(folder)
            _ = try await redis.command(["CONFIG", "SET", "stop-writes-on-bgsave-error", "no"])
            try await expect(.up, "after MISCONF")
            await server.kill()
            try await expect(.down, "killed")
        }
    }

    @Test func `a media store whose folder is gone cannot do its work`() async throws {
        try await FeatureHarness.open { features in
            Folder.remove(features.folder)
            #expect(await features.operations.checkHealth.storage() == .down)
        }
    }

    @Test(arguments: [
        (StoreState.up, StoreState.up, StoreState.up, true), (.up, .down, .up, true), (.up, .up, .down, true),
        (.up, .readOnly, .up, false), (.down, .up, .up, false), (.readOnly, .up, .up, false),
    ])
    func `a process is ready if PostgreSQL accepts writes and Redis does not refuse them`(
        database: StoreState, redis: StoreState, storage: StoreState, isReady: Bool
    ) {
        let state = HealthState()
        state.record(database: database, redis: redis, storage: storage)
        #expect(state.snapshot == .init(database: database, redis: redis, storage: storage, isDraining: false))
        #expect(state.snapshot.isReady == isReady)
        #expect(state.snapshot.isHealthy == (database == .up && redis == .up && storage == .up))
        state.beginDraining()
        #expect(!state.snapshot.isReady)
        state.record(database: .up, redis: .up, storage: .up)
        #expect(state.snapshot.isDraining && !state.snapshot.isReady, "a probe does not end the draining")
    }
}
