import Chassis
import Glibc
import Jobs
import Postgres
import Redis
import Storage

/// The connections of one loop, and a producer.
///
/// `@unchecked Sendable`: loop-confined.
final class Bench: @unchecked Sendable {
    let loop = EventLoop(name: "bench")
    let log = Log(level: .warning, format: .text, to: .standardError)
    let redisSettings: RedisSettings
    let redis: Redis
    let database: Database
    let producer: Producer
    /// How long a ``NoOp`` takes.
    let hold: Duration

    init(_ environment: [String: String]) throws {
        var reader = SettingsReader(environment)
        var settings = StorageSettings.database(&reader, process: "bench")
        let redis = QueueSettings.redis(&reader)
        try reader.finish()
        guard let redis else { throw SettingsError(problems: ["REDIS_URL must be set"]) }
        settings.connections = environment["JOB_BENCH_CONNECTIONS"].flatMap { Int($0) } ?? 1
        redisSettings = redis
        self.redis = Redis(on: loop, settings: redis, log: log)
        database = Database(on: loop, settings: settings, log: log, metrics: DatabaseMetrics(in: Metrics()))
        producer = Producer(on: loop, redis: self.redis)
        hold = .milliseconds(environment["JOB_BENCH_HOLD"].flatMap { Int($0) } ?? 0)
    }

    func connect() async {
        await loop.call {
            self.redis.start()
            self.database.start()
        }
    }

    /// Prints what the body measures, and ends the process.
    func measure(_ body: @escaping @Sendable (Bench) async throws -> Double) -> Never {
        loop.spawn {
            self.redis.start()
            self.database.start()
            do {
                while !self.redis.isConnected || !self.database.isConnected {
                    try await self.loop.sleep(for: .milliseconds(5))
                }
                print(try await body(self))
                exit(0)
            } catch {
                Failure.end("\(error)", code: 1)
            }
        }
        loop.run()
        exit(1)
    }

    static func seconds(since start: UInt64) -> Double { Double(monotonicNanoseconds() - start) / 1e9 }
}
