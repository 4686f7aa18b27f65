import Chassis
import Jobs
import Postgres
import Redis
import Storage

/// The connections of a worker.
///
/// `@unchecked Sendable`: loop-confined.
final class WorkerContext: @unchecked Sendable {
    let loop: EventLoop
    let database: Database
    let redis: Redis
    /// The connection on which the consumer waits for jobs.
    let waiter: RedisBlockingConnection
    let producer: Producer
    /// Tells those who wait what a store has appended.
    let events: UserEventOutlet

    init(on loop: EventLoop, _ settings: WorkerSettings, _ metrics: Metrics) {
        let log = settings.chassis.log
        self.loop = loop
        database = Database(on: loop, settings: settings.database, log: log, metrics: DatabaseMetrics(in: metrics))
        redis = Redis(on: loop, settings: settings.redis, log: log)
        waiter = RedisBlockingConnection(on: loop, settings: settings.redis, log: log)
        producer = Producer(on: loop, redis: redis)
        let publisher = UserEventPublisher(on: loop, redis: redis)
        events = UserEventOutlet { publisher.publish($0) }
    }

    func start() {
        database.start()
        redis.start()
        waiter.start()
    }

    func close() async {
        await waiter.close()
        await redis.close()
        await database.close()
    }
}

/// Opens the connections of both loops before the first job, and closes them after the last. Refuses a schema that is
/// too old.
struct WorkerConnections: Service {
    let name = "connections"
    private let context: WorkerContext
    private let heartbeatLoop: EventLoop
    private let heartbeatRedis: Redis

    init(_ context: WorkerContext, heartbeatLoop: EventLoop, heartbeatRedis: Redis) {
        self.context = context
        self.heartbeatLoop = heartbeatLoop
        self.heartbeatRedis = heartbeatRedis
    }

    func start() async throws {
        await context.loop.call { context.start() }
        await heartbeatLoop.call { heartbeatRedis.start() }
        try await Task(executorPreference: context.loop) { try await Migrator().check(context.database) }.value
    }

    func stop() async {
        await Task(executorPreference: context.loop) { await context.close() }.value
        await Task(executorPreference: heartbeatLoop) { await heartbeatRedis.close() }.value
    }
}
