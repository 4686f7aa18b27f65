import Chassis
import HTTP
import Postgres
import Redis

/// For whoever runs the product: is it alive, can it work, what are its numbers.
struct OperationsSurface: Sendable {
    private let context: LoopContext
    private let shared: SharedContext

    init(_ context: LoopContext, _ shared: SharedContext) {
        self.context = context
        self.shared = shared
    }

    var table: RouteTable {
        RouteTable(
            prefixes: ["/healthz", "/readyz", "/metrics"],
            routes: [
                Route(.get, immediate: "/healthz") { _ in .text(200, "ok\n") },
                Route(.get, "/readyz", readiness),
                Route(.get, immediate: "/metrics") { [metrics = shared.metrics] _ in
                    .text(200, metrics.text, type: "text/plain; version=0.0.4; charset=utf-8")
                },
            ],
            render: Problem.renderer(context.log))
    }

    /// 503 while a store is away: a load balancer should send people elsewhere.
    @Sendable private func readiness(_ request: Request) async throws -> Response {
        let isDatabaseUp = (try? await context.database.read(Self.ping, [])) != nil
        let isRedisUp = (try? await context.redis.command(["PING"])) != nil
        var writer = JSONWriter()
        writer.object { body in
            body.member("database", isDatabaseUp ? "up" : "down")
            body.member("redis", isRedisUp ? "up" : "down")
        }
        return .json(isDatabaseUp && isRedisUp ? 200 : 503, writer.bytes)
    }

    private static let ping = Statement("ping", "SELECT 1")
}
