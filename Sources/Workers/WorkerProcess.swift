import Chassis
import Jobs
import Redis
import Storage

/// A worker process: one consumer on one loop, and its beat on another.
struct WorkerProcess {
    private let lifecycle: Lifecycle

    init(_ pool: QueueName, _ settings: WorkerSettings) throws {
        let log = settings.chassis.log
        let metrics = Metrics()
        let loop = EventLoop(name: pool.rawValue)
        let beatLoop = EventLoop(name: "beat")
        let context = WorkerContext(on: loop, settings, metrics)
        let beatRedis = Redis(on: beatLoop, settings: settings.redis, log: log)
        let consumer = Consumer(
            pool, slots: settings.slots, handlers: try Pools.handlers(of: pool, context, settings), on: loop,
            redis: context.redis, waiter: context.waiter, database: context.database, metrics: metrics, log: log)
        loop.start()
        beatLoop.start()
        lifecycle = Lifecycle(
            [
                WorkerConnections(context, beatLoop: beatLoop, beatRedis: beatRedis),
                LeaseHeartbeat(of: consumer, on: beatLoop, redis: beatRedis), consumer,
            ], log: log)
    }

    func run() -> Never {
        lifecycle.run()
    }
}
