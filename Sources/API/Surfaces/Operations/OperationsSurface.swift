import Chassis
import Features
import HTTP

/// The routes for operators: liveness, readiness and metrics.
struct OperationsSurface: Sendable {
    private let log: RequestLog
    private let operations: OperationsFeature
    /// Whether metrics are served here, and not only on a listener of their own.
    private let servesMetrics: Bool

    init(_ log: RequestLog, _ operations: OperationsFeature, servesMetrics: Bool) {
        self.log = log
        self.operations = operations
        self.servesMetrics = servesMetrics
    }

    var table: RouteTable {
        var routes = [
            Route(.get, immediate: "/healthz") { _ in .text(200, "ok\n") },
            Route(.get, immediate: "/readyz", readiness),
        ]
        if servesMetrics { routes.append(Route(.get, "/metrics", metrics)) }
        return RouteTable(
            prefixes: ["/healthz", "/readyz", "/metrics"], routes: routes, render: Problem.renderer(log))
    }

    /// 200 if this process can serve, else 503, so that a load balancer sends no requests here. The state of every
    /// store is in the body.
    @Sendable private func readiness(_ request: Request) -> Response {
        let state = operations.checkHealth.state.snapshot
        var writer = JSONWriter()
        writer.object { body in
            body.member("status", state.isReady ? "ready" : state.isDraining ? "draining" : "unavailable")
            body.member("database", word(state.database))
            body.member("redis", word(state.redis))
            body.member("storage", word(state.storage))
        }
        return .json(state.isReady ? 200 : 503, writer.bytes).with("Cache-Control", "no-store")
    }

    private func word(_ state: StoreState) -> String {
        switch state {
        case .up: "up"
        case .readOnly: "read-only"
        case .down: "down"
        }
    }

    @Sendable private func metrics(_ request: Request) async throws -> Response {
        .text(200, await operations.readMetrics(), type: "text/plain; version=0.0.4; charset=utf-8")
    }
}
