import Chassis
import HTTP
import Postgres
import Storage

/// `API routes`: what the router answers, a line each, without a server being started.
struct ListRoutes {
    private let settings: APISettings

    init(_ settings: APISettings) {
        self.settings = settings
    }

    func run() throws {
        let shared = try SharedContext(settings)
        let connections = LoopConnections(
            on: EventLoop(name: "routes"), settings, DatabaseMetrics(in: shared.metrics))
        let ended = RevokedSessions(
            on: connections.loop, sessions: SessionStore(connections.database), log: settings.chassis.log)
        let router = Surfaces.router(LoopContext(connections, shared, ended: ended), shared)
        for route in router.routes { print(route.method.rawValue, route.pattern) }
    }
}
