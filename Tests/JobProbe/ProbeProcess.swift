import Chassis
import JobProbing
import Jobs
import Redis

/// What the roles consist of: the product's own parts.
enum ProbeProcess {
    /// A consumer on one loop, and its beat on another.
    static func worker(_ settings: ProbeSettings) throws -> Lifecycle {
        let connections = ProbeConnections(settings)
        let lines = try LineFile(settings.lines)
        let probe = ProbeWork(connections.loop, connections.database, lines)
        let fan = FanWork(connections.database, connections.producer)
        let consumer = Consumer(
            ProbeJob.queue, slots: settings.slots,
            handlers: [
                JobHandler(ProbeJob.self, probe.run, whenDead: probe.isDead), JobHandler(ProbeFan.self, fan.run),
            ], on: connections.loop, redis: connections.redis, waiter: connections.waiter,
            database: connections.database, metrics: Metrics(), log: settings.log, grace: .seconds(settings.grace))
        return Lifecycle(
            [
                connections, LeaseHeartbeat(of: consumer, on: connections.beatLoop, redis: connections.beatRedis),
                consumer,
            ],
            grace: .seconds(settings.grace + 5), log: settings.log)
    }

    /// What a scheduler does for the jobs, more often.
    static func sweeper(_ settings: ProbeSettings) -> Lifecycle {
        let connections = ProbeConnections(settings)
        return Lifecycle([connections, Sweeper(connections, log: settings.log)], log: settings.log)
    }

    static func writer(_ settings: ProbeSettings) throws -> Lifecycle {
        let connections = ProbeConnections(settings)
        return Lifecycle([connections, try Writer(connections, settings)], log: settings.log)
    }
}
