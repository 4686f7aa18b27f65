import Chassis
import Features
import HTTP
import Postgres
import Storage

/// The API process: its services, from the outside in.
struct Server {
    private let lifecycle: Lifecycle

    init(_ settings: APISettings) throws {
        let process = try ProcessAssembly(settings)
        let log = settings.chassis.log
        settings.logStores()
        let loops = (0..<settings.chassis.eventLoops).map { EventLoop(name: "loop-\($0)") }
        let databaseMetrics = DatabaseMetrics(in: process.metrics)
        let connections = loops.map { LoopConnections(on: $0, settings, databaseMetrics) }
        let revoked = RevokedSessions(on: loops[0], sessions: SessionStore(connections[0].database))
        let assemblies = connections.map { LoopAssembly($0, process, revoked: revoked) }
        let crossOrigin = CrossOrigin(origin: settings.webClient.origin)
        let handlers = zip(loops, assemblies).map { loop, assembly in
            let router = assembly.router
            return (loop, { @Sendable request in crossOrigin.reply(to: request, router.handle) })
        }
        var limits = HTTPLimits()
        limits.connectionsPerAddress = settings.connectionsPerAddress
        let server = HTTPServer(
            on: handlers, listening: settings.addresses, limits: limits,
            commonHeaders: SecurityHeaders.all(publicBaseURL: settings.publicBaseURL),
            metrics: ServerMetrics(process.metrics), log: log, isProxy: settings.trustedProxies.isTrusted,
            onResponse: assemblies[0].context.log.answered)
        for loop in loops { loop.start() }
        var services: [any Service] = [
            Connections(Array(zip(connections, assemblies))), SchemaCheck(connections[0]), revoked,
            StaleUploads(process.shared, log: log),
            HealthMonitor(assemblies[0].checkHealth, on: loops[0], log: log), server,
        ]
        if let address = settings.chassis.metricsListen {
            services.append(
                MetricsListener(on: loops[0], listening: address, log: log, text: assemblies[0].metricsText))
        }
        services.append(
            EventGapCheck(
                on: loops[0], UserEventLog(connections[0].database), assemblies.map(\.events.signals),
                longestTransaction: settings.database.statementTimeout))
        services.append(Drain(process.shared.health, for: settings.drain, log: log))
        lifecycle = Lifecycle(services, grace: .seconds(25) + settings.drain, log: log)
    }

    func run() -> Never {
        lifecycle.run()
    }
}
