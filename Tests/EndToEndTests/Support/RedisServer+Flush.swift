import Chassis
import Redis
import TestSupport

extension RedisServer {
    /// Forgets everything (FLUSHALL).
    func flush() async throws {
        let settings = try RedisSettings(url: url, prefix: "")
        try await withEventLoop { loop in
            let redis = Redis(on: loop, settings: settings, log: Log(level: .error, format: .text, to: .standardError))
            redis.start()
            await redis.connected()
            _ = try await redis.command(["FLUSHALL"])
            await redis.close()
        }
    }
}
