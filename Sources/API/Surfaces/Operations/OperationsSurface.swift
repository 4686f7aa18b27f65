import Chassis
import HTTP
import Jobs
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
                Route(.get, "/metrics", metrics),
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

    /// This process' numbers, and what the workers of all queues did, as far as that can be asked at the moment.
    @Sendable private func metrics(_ request: Request) async throws -> Response {
        let inspector = QueueInspector(database: context.database, redis: context.redis)
        let queues = await QueueMetrics(inspector, on: context.loop).text()
        return .text(200, shared.metrics.text + queues, type: "text/plain; version=0.0.4; charset=utf-8")
    }

    private static let ping = Statement("ping", "SELECT 1")
}
