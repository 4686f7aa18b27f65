import Chassis
import Features
import HTTP

/// `/v1/health` (S0-119 to S0-121).
struct SocialServiceHealth: Sendable {
    let checkHealth: CheckHealth
    /// On the monotonic clock, in nanoseconds.
    let startedAt: UInt64

    /// S0-119: the process answers; `degraded` while a store does not answer or cannot be written to.
    @Sendable func basic(_ request: Request) -> Response {
        let isHealthy = checkHealth.state.snapshot.isHealthy
        var writer = JSONWriter()
        writer.object { write(isHealthy ? "ok" : "degraded", to: &$0) }
        var response = Response.json(200, writer.bytes)
        response.headers = Self.uncountedQuota
        return response
    }

    /// S0-120, S0-121. The two services of the document are the product itself: users are rows, and notifications are
    /// jobs.
    @Sendable func detailed(_ request: Request) async throws -> Response {
        let report = await checkHealth()
        let found = [
            ("database", report.database), ("redis", report.redis), ("userService", report.accounts),
            ("notificationService", report.notifications),
        ]
        let isHealthy = found.allSatisfy { $0.1.state == .up }
        let timeout = Int(CheckHealth.timeout.components.seconds) * 1_000
        var writer = JSONWriter()
        writer.object { body in
            write(isHealthy ? "ok" : "degraded", to: &body)
            body.object("dependencies") { dependencies in
                for (name, finding) in found {
                    dependencies.object(named: name) { dependency in
                        dependency.member("status", finding.state == .up ? "ok" : "error")
                        dependency.member("responseTime", "\(finding.milliseconds ?? timeout)ms")
                        switch finding.state {
                        case .up: break
                        case .readOnly: dependency.member("reason", "cannot write")
                        case .down: dependency.member("reason", "no answer")
                        }
                    }
                }
            }
        }
        return .json(isHealthy ? 200 : 503, writer.bytes).with("Cache-Control", "no-store")
    }

    private func write(_ status: String, to object: inout JSONWriter) {
        object.member("status", status)
        object.member("timestamp", .now, .seconds)
        object.member("uptime", Int((monotonicNanoseconds() - startedAt) / 1_000_000_000))
        object.member("version", literal: "1.0.0")
    }

    /// The headers of a response that no limit counted: the general limit is whole (S0-109).
    static var uncountedQuota: [(name: StaticString, value: String)] {
        let limit = RateLimit.socialGeneral.limit
        return QuotaHeaders.epoch.headers(
            Quota(isGranted: true, remaining: limit, milliseconds: 60_000), of: limit)
    }
}
