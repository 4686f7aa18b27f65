import Chassis
import HTTP
import Postgres
import Storage

/// The API process: what runs in it, from the outside in.
struct Server {
    private let lifecycle: Lifecycle

    init(_ settings: APISettings) throws {
        let shared = try SharedContext(settings)
        let log = settings.chassis.log
        let loops = (0..<settings.chassis.eventLoops).map { EventLoop(name: "loop-\($0)") }
        let databaseMetrics = DatabaseMetrics(in: shared.metrics)
        let connections = loops.map { LoopConnections(on: $0, settings, databaseMetrics) }
        let ended = RevokedSessions(on: loops[0], sessions: SessionStore(connections[0].database), log: log)
        let contexts = connections.map { LoopContext($0, shared, ended: ended) }
        let crossOrigin = CrossOrigin(origin: settings.webClient.origin)
        let handlers = contexts.map { context in
            let router = Surfaces.router(context, shared)
            return (context.loop, { @Sendable request in crossOrigin.reply(to: request, router.reply) })
        }
        let server = HTTPServer(
            on: handlers, listening: settings.addresses,
            commonHeaders: SecurityHeaders.all(publicBaseURL: settings.publicBaseURL),
            metrics: ServerMetrics(shared.metrics), log: log, onAnswer: contexts[0].log.answered)
        for loop in loops { loop.start() }
        lifecycle = Lifecycle(
            [
                Connections(connections, contexts), SchemaCheck(on: loops[0], database: connections[0].database),
                ended, StaleUploads(in: shared.blobs, disk: shared.disk, log: log), server,
            ], log: log)
    }

    func run() -> Never {
        lifecycle.run()
    }
}
