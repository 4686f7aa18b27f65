import Chassis
import JobProbing
import Jobs

/// Runs a scheduler's tasks for the queues each second.
///
/// `@unchecked Sendable`: loop-confined.
final class Sweeper: Service, @unchecked Sendable {
    let name = "sweeper"
    private let connections: ProbeConnections
    private let log: Log
    private var task: Task<Void, Never>?

    init(_ connections: ProbeConnections, log: Log) {
        self.connections = connections
        self.log = log
    }

    func start() async throws {
        let loop = connections.loop
        await loop.call { self.task = loop.spawn { await self.run() } }
    }

    func stop() async {
        task?.cancel()
        await task?.value
    }

    private func run() async {
        let queue = ProbeJob.queue.rawValue
        let sweep = OutboxSweep(database: connections.database, redis: connections.redis, queues: [queue])
        let reaper = LeaseReaper(QueueKeys(queue, in: connections.redis), connections.redis)
        repeat {
            do {
                _ = try await reaper.reap()
                _ = try await sweep.run()
            } catch {
                log.warning("sweep failed", ["error": "\(error)"])
            }
        } while (try? await connections.loop.sleep(for: .seconds(1))) != nil
    }
}
