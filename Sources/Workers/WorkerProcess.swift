import Chassis
import HTTP
import Jobs
import Redis

/// A worker process: one consumer on one loop, and the heartbeat of its lease on another.
struct WorkerProcess {
    private let lifecycle: Lifecycle

    init(_ queue: QueueName, _ settings: WorkerSettings) throws {
        let log = settings.chassis.log
        settings.logStores(of: queue)
        let metrics = Metrics()
        metrics.addProcessMetrics()
        let loop = EventLoop(name: queue.rawValue)
        let heartbeatLoop = EventLoop(name: "heartbeat")
        let context = WorkerContext(on: loop, settings, metrics)
        let heartbeatRedis = Redis(on: heartbeatLoop, settings: settings.redis, log: log)
        let consumer = Consumer(
            queue, slots: settings.concurrency, handlers: try queue.handlers(context, settings), on: loop,
            redis: context.redis, waiter: context.waiter, database: context.database, metrics: metrics, log: log)
        loop.start()
        heartbeatLoop.start()
        var services: [any Service] = [
            WorkerConnections(context, heartbeatLoop: heartbeatLoop, heartbeatRedis: heartbeatRedis)
        ]
        if let deliveries = settings.deliveries {
            services.append(
                PushServiceRecorder(context: context, isSet: deliveries.webhooks.push != nil, log: log))
        }
        if let events = settings.events {
            services.append(
                EventPublishing(
                    context, to: EventsPool.destinations(context, events), redis: settings.redis, metrics: metrics,
                    log: log))
        }
        services += [LeaseHeartbeat(of: consumer, on: heartbeatLoop, redis: heartbeatRedis), consumer]
        if let address = settings.chassis.metricsListen {
            services.append(MetricsListener(on: heartbeatLoop, listening: address, log: log) { metrics.text })
        }
        lifecycle = Lifecycle(services, log: log)
    }

    func run() -> Never {
        lifecycle.run()
    }
}
