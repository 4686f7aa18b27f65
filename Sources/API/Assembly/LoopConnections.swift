import Chassis
import Postgres
import Redis
import Storage

/// The connections of one event loop to PostgreSQL and Redis.
///
/// `@unchecked Sendable`: loop-confined.
final class LoopConnections: @unchecked Sendable {
    let loop: EventLoop
    let database: Database
    let redis: Redis

    init(on loop: EventLoop, _ settings: APISettings, _ metrics: DatabaseMetrics) {
        self.loop = loop
        database = Database(on: loop, settings: settings.database, log: settings.chassis.log, metrics: metrics)
        redis = Redis(on: loop, settings: settings.redis, log: settings.chassis.log)
    }

    func start() {
        database.start()
        redis.start()
    }

    func close() async {
        await redis.close()
        await database.close()
    }
}

/// Opens the connections of all loops before the first request, and closes them after the last.
final class Connections: Service {
    let name = "connections"
    private let loops: [(connections: LoopConnections, assembly: LoopAssembly)]

    init(_ loops: [(connections: LoopConnections, assembly: LoopAssembly)]) {
        self.loops = loops
    }

    func start() async throws {
        for (connections, assembly) in loops {
            await connections.loop.call {
                connections.start()
                assembly.start()
            }
        }
    }

    func stop() async {
        for (connections, assembly) in loops {
            await Task(executorPreference: connections.loop) {
                await assembly.close()
                await connections.close()
            }.value
        }
    }
}

/// Refuses to start on an older schema than the program needs.
struct SchemaCheck: Service {
    let name = "schema"
    private let loop: EventLoop
    private let database: Database

    init(_ connections: LoopConnections) {
        loop = connections.loop
        database = connections.database
    }

    func start() async throws {
        try await Task(executorPreference: loop) { try await Migrator().check(self.database) }.value
    }

    func stop() async {}
}
