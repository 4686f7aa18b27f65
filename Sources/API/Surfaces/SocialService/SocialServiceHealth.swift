import Chassis
import HTTP
import Postgres
import Redis

/// `/v1/health` (S0-119 to S0-121).
struct SocialServiceHealth: Sendable {
    /// How long a dependency may take to answer.
    private static let patience = Duration.seconds(1)
    let context: LoopContext
    let startedAt: UInt64

    /// S0-119: that the process answers.
    @Sendable func basic(_ request: Request) -> Response {
        var writer = JSONWriter()
        writer.object { write("ok", to: &$0) }
        var response = Response.json(200, writer.bytes)
        response.headers = QuotaHeaders.uncounted
        return response
    }

    /// S0-120, S0-121: each dependency is asked, all at once, and none longer than a second. People are rows, and
    /// notifications jobs, so the two services of the document are what those two need.
    @Sendable func detailed(_ request: Request) async throws -> Response {
        async let database = measure { try await context.database.read(Self.ping) }
        async let people = measure { try await context.database.read(Self.people) }
        async let redis = measure { try await context.redis.command(["PING"]) }
        async let queue = measure {
            try await context.redis.command([
                "LLEN", .init(context.redis.key("jq:{notifications}:ready")),
            ])
        }
        let found = [
            ("database", await database), ("redis", await redis), ("userService", await people),
            ("notificationService", await queue),
        ]
        let isWell = found.allSatisfy { $0.1 != nil }
        var writer = JSONWriter()
        writer.object { body in
            write(isWell ? "ok" : "degraded", to: &body)
            body.object("dependencies") { dependencies in
                for (name, milliseconds) in found {
                    dependencies.object(named: name) { dependency in
                        dependency.member("status", milliseconds == nil ? "error" : "ok")
                        dependency.member("responseTime", "\(milliseconds ?? Self.patience.milliseconds)ms")
                    }
                }
            }
        }
        return .json(isWell ? 200 : 503, writer.bytes).with("Cache-Control", "no-store")
    }

    private func write(_ status: String, to object: inout JSONWriter) {
        object.member("status", status)
        object.member("timestamp", .now, .seconds)
        object.member("uptime", Int((monotonicNanoseconds() - startedAt) / 1_000_000_000))
        object.member("version", literal: "1.0.0")
    }

    /// Milliseconds until the answer; nil when there was none in time.
    private func measure(_ ask: @escaping @Sendable () async throws -> some Sendable) async -> Int? {
        let began = monotonicNanoseconds()
        let loop = context.loop
        // Not a group: that would wait for the one that does not answer.
        let isAnswered = await withUnsafeContinuation { (continuation: UnsafeContinuation<Bool, Never>) in
            let answer = FirstAnswer(continuation)
            let timer = loop.schedule(after: Self.patience) { answer.give(false) }
            let wait = LoopBound(timer, on: loop)
            loop.spawn {
                let isAnswered = (try? await ask()) != nil
                wait.value.cancel()
                answer.give(isAnswered)
            }
        }
        return isAnswered ? Int((monotonicNanoseconds() - began) / 1_000_000) : nil
    }

    private static let ping = Statement("health_ping", "SELECT 1")
    private static let people = Statement("health_people", "SELECT id FROM accounts LIMIT 1")
}

extension Duration {
    fileprivate var milliseconds: Int { Int(components.seconds) * 1_000 }
}
