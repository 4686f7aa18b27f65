import Chassis
import JobProbing
import Jobs
import Redis
import Storage

/// The roles of a probe, made of the product's own parts.
enum ProbeProcess {
    /// A consumer on one loop, and its heartbeat on another.
    static func worker(_ settings: ProbeSettings) throws -> Lifecycle {
        let connections = ProbeConnections(settings)
        let lines = try LineFile(settings.lines)
        let probe = ProbeHandler(connections.loop, connections.database, lines)
        let fan = ProbeFanHandler(connections.database, connections.producer)
        let plays = PlayStore(connections.database)
        let consumer = Consumer(
            ProbeJob.queue, slots: settings.slots,
            handlers: [
                JobHandler(ProbeJob.self, probe.run, onDeadLetter: probe.deadLettered),
                JobHandler(ProbeFan.self, fan.run),
                // The schedule has it on the queue that the fault test gives to probes.
                JobHandler(CountPlays.self) { _, _ in
                    while try await plays.count() > 0 {}
                    return .finished
                },
            ], on: connections.loop, redis: connections.redis, waiter: connections.waiter,
            database: connections.database, metrics: Metrics(), log: settings.log, grace: .seconds(settings.grace))
        return Lifecycle(
            [
                connections,
                LeaseHeartbeat(of: consumer, on: connections.heartbeatLoop, redis: connections.heartbeatRedis),
                consumer,
            ],
            grace: .seconds(settings.grace + 5), log: settings.log)
    }

    /// A scheduler's tasks for the queues, run more often.
    static func sweeper(_ settings: ProbeSettings) -> Lifecycle {
        let connections = ProbeConnections(settings)
        return Lifecycle([connections, Sweeper(connections, log: settings.log)], log: settings.log)
    }

    static func writer(_ settings: ProbeSettings) throws -> Lifecycle {
        let connections = ProbeConnections(settings)
        return Lifecycle([connections, try Writer(connections, settings)], log: settings.log)
    }
}
