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
            Route(.get, "/readyz", readiness),
        ]
        if servesMetrics { routes.append(Route(.get, "/metrics", metrics)) }
        return RouteTable(
            prefixes: ["/healthz", "/readyz", "/metrics"], routes: routes, render: Problem.renderer(log))
    }

    /// 503 while a store is unavailable, so that a load balancer sends no requests here.
    @Sendable private func readiness(_ request: Request) async throws -> Response {
        let isReady = await operations.checkHealth.isReady()
        var writer = JSONWriter()
        writer.object { body in
            body.member("database", isReady.database ? "up" : "down")
            body.member("redis", isReady.redis ? "up" : "down")
        }
        return .json(isReady.database && isReady.redis ? 200 : 503, writer.bytes)
    }

    @Sendable private func metrics(_ request: Request) async throws -> Response {
        .text(200, await operations.readMetrics(), type: "text/plain; version=0.0.4; charset=utf-8")
    }
}
