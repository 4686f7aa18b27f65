import Chassis
import Glibc
import TestSupport

/// What happens to the product during a storm: at equal distances each process is killed in turn, Redis loses its keys,
/// and on a server of the test's own PostgreSQL's processes are killed.
struct StormFaults {
    private enum Fault {
        case api(Int)
        case worker(ProductProcess.Kind)
        case flush
        case database
    }

    let product: Product
    let apis: [ProductProcess]
    let redis: RedisServer
    let world: StormWorld

    /// Returns when all have happened.
    /// - Returns: How many there were, and the deadlocks that PostgreSQL counted before it was killed.
    func strike() async throws -> (faults: Int, deadlocks: Int) {
        var round: [Fault] = [.api(0), .worker(.notifications), .api(1), .worker(.counters), .flush]
        round += [.worker(.maintenance), .worker(.scheduler)]
        var faults = (0..<FullSize.stormRounds).flatMap { _ in round }
        if FullSize.hasStormOnDatabase {
            for part in 1...3 { faults.insert(.database, at: faults.count * part / 4) }
        }
        var deadlocks = 0
        for (number, fault) in faults.enumerated() {
            let due = FullSize.stormOperations * (number + 1) / (faults.count + 1)
            try await operations(due)
            if case .database = fault { deadlocks += try await product.deadlocks() }
            try await make(fault)
        }
        return (faults.count, deadlocks)
    }

    private func operations(_ count: Int) async throws {
        try await eventually("the storm goes on to \(count) operations", within: 120 * FullSize.timeoutFactor) {
            world.begunOperations >= count || world.isOver
        }
    }

    private func make(_ fault: Fault) async throws {
        switch fault {
        case .api(let index):
            world.changeLife(of: index)
            await apis[index].kill()
            world.changeLife(of: index)
            try await apis[index].start()
        case .worker(let kind):
            await product.process(kind).kill()
            try await product.process(kind).start()
        case .flush: try await redis.flush()
        case .database: try await killBackend()
        }
    }

    /// PostgreSQL ends all of its processes when one is killed, and recovers from its log.
    private func killBackend() async throws {
        let backend = try await product.texts(
            """
            SELECT pid::text FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND datname = current_database()
            ORDER BY random() LIMIT 1
            """)
        guard let process = backend.first.flatMap({ pid_t($0) }) else { return }
        world.changeDatabaseFault()
        kill(process, SIGKILL)
        try await eventually("PostgreSQL is back", within: 60) {
            (try? await product.texts("SELECT 'back'")) == ["back"]
        }
        for api in apis {
            try await eventually("the API is ready", within: 60) {
                (try? await api.client.get("/readyz").status) == 200
            }
        }
        // Connections that nobody used meanwhile are found to be broken when they are.
        let now = world.begunOperations
        try await eventually("the storm goes on", within: 60) {
            world.begunOperations >= now + 5_000 || world.isOver
        }
        world.changeDatabaseFault()
    }
}

extension Product {
    /// How many deadlocks PostgreSQL has ended in the product's database.
    func deadlocks() async throws -> Int {
        let count = try await texts(
            "SELECT deadlocks::text FROM pg_stat_database WHERE datname = current_database()")
        return count.first.flatMap { Int($0) } ?? 0
    }
}
