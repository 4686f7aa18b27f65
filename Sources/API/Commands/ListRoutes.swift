import Chassis
import Features
import HTTP
import Postgres
import Storage

/// `API routes`: prints the routes of the router, a line each, without starting a server.
struct ListRoutes {
    private let settings: APISettings

    init(_ settings: APISettings) {
        self.settings = settings
    }

    func run() throws {
        let process = try ProcessAssembly(settings)
        let connections = LoopConnections(
            on: EventLoop(name: "routes"), settings, DatabaseMetrics(in: process.metrics))
        let revoked = RevokedSessions(on: connections.loop, sessions: SessionStore(connections.database))
        for route in LoopAssembly(connections, process, revoked: revoked).router.routes {
            print(route.method.rawValue, route.pattern)
        }
    }
}
