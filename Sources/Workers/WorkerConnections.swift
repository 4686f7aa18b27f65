import Chassis
import Redis
import Storage

/// The connections of both loops: begun before the first job, closed after the last. Refuses an older schema.
struct WorkerConnections: Service {
    let name = "connections"
    private let context: WorkerContext
    private let beatLoop: EventLoop
    private let beatRedis: Redis

    init(_ context: WorkerContext, beatLoop: EventLoop, beatRedis: Redis) {
        self.context = context
        self.beatLoop = beatLoop
        self.beatRedis = beatRedis
    }

    func start() async throws {
        await context.loop.call { context.start() }
        await beatLoop.call { beatRedis.start() }
        try await Task(executorPreference: context.loop) { try await Migrator().check(context.database) }.value
    }

    func stop() async {
        await Task(executorPreference: context.loop) { await context.close() }.value
        await Task(executorPreference: beatLoop) { await beatRedis.close() }.value
    }
}
