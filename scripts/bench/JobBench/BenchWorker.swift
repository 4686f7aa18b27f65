import Chassis
import Domain
import Glibc
import Jobs
import Postgres
import Redis
import Synchronization

/// A worker process like the product's, with the benchmark's handlers.
struct BenchWorker {
    private struct Connections: Service {
        let name = "connections"
        let bench: Bench
        let waiter: RedisBlockingConnection
        let heartbeatLoop: EventLoop
        let heartbeatRedis: Redis
        func start() async throws {
            await bench.connect()
            await bench.loop.call { waiter.start() }
            await heartbeatLoop.call { heartbeatRedis.start() }
        }
        func stop() async { PickUps.all.write() }
    }

    private let lifecycle: Lifecycle

    init(_ bench: Bench, slots: Int) {
        let heartbeatLoop = EventLoop(name: "heartbeat")
        let waiter = RedisBlockingConnection(on: bench.loop, settings: bench.redisSettings, log: bench.log)
        let heartbeatRedis = Redis(on: heartbeatLoop, settings: bench.redisSettings, log: bench.log)
        let effect = Statement(
            "bench_effect",
            """
            WITH ended AS (SELECT finish_job($1) AS id)
            INSERT INTO bench_effects SELECT $2 FROM ended WHERE id IS NOT NULL
            """)
        let handlers = [
            JobHandler(NoOp.self) { [loop = bench.loop, hold = bench.hold] _, _ in
                if hold > .zero { try await loop.sleep(for: hold) }
                return .finished
            },
            JobHandler(PickUp.self) { job, _ in
                PickUps.all.add(monotonicNanoseconds() - UInt64(job.number))
                return .finished
            },
            JobHandler(Effect.self) { [database = bench.database] job, context in
                let id = context.id.identifier
                _ = try await database.writeTogether(effect, [.uuid(id.high, id.low), .integer(job.number)])
                return .recorded
            },
        ]
        let consumer = Consumer(
            .email, slots: slots, handlers: handlers, on: bench.loop, redis: bench.redis, waiter: waiter,
            database: bench.database, metrics: Metrics(), log: bench.log)
        bench.loop.start()
        heartbeatLoop.start()
        lifecycle = Lifecycle(
            [
                Connections(bench: bench, waiter: waiter, heartbeatLoop: heartbeatLoop, heartbeatRedis: heartbeatRedis),
                LeaseHeartbeat(of: consumer, on: heartbeatLoop, redis: heartbeatRedis), consumer,
            ], log: bench.log)
    }

    func run() -> Never { lifecycle.run() }
}

/// The times that jobs waited, written to a file at the end: nanoseconds, a line each.
final class PickUps: Sendable {
    static let all = PickUps()
    private let times = Mutex<[UInt64]>([])

    func add(_ nanoseconds: UInt64) { times.withLock { $0.append(nanoseconds) } }

    func write() {
        guard let path = getenv("JOB_BENCH_PICKUPS"), let file = fopen(path, "w") else { return }
        for time in times.withLock({ $0 }) { fputs("\(time)\n", file) }
        fclose(file)
    }
}
