package import Chassis
import Synchronization

/// Probes the stores of the process once a second, so that health and readiness cost a request nothing.
package final class HealthMonitor: Service {
    package let name = "health"
    private static let interval = Duration.seconds(1)
    /// The probe of the media store writes a file, so it runs less often.
    private static let storageInterval = 5

    private let check: CheckHealth
    private let loop: EventLoop
    private let log: Log
    private let task = Mutex<Task<Void, Never>?>(nil)

    package init(_ check: CheckHealth, on loop: EventLoop, log: Log) {
        self.check = check
        self.loop = loop
        self.log = log
    }

    /// Returns after the first probe.
    package func start() async throws {
        let first = await Task(executorPreference: loop) { await self.probe(isStorageDue: true) }.value
        let task = loop.spawn { await self.poll(after: first) }
        self.task.withLock { $0 = task }
    }

    package func stop() async {
        task.withLock { $0 }?.cancel()
    }

    private func poll(after first: HealthState.Snapshot) async {
        var last = first
        var turn = 0
        while (try? await loop.sleep(for: Self.interval)) != nil {
            turn += 1
            let state = await probe(isStorageDue: turn % Self.storageInterval == 0)
            report("PostgreSQL", last.database, state.database)
            report("Redis", last.redis, state.redis)
            report("media store", last.storage, state.storage)
            last = state
        }
    }

    private func probe(isStorageDue: Bool) async -> HealthState.Snapshot {
        async let database = check.database()
        async let redis = check.redis()
        let storage = isStorageDue ? await check.storage() : check.state.snapshot.storage
        check.state.record(database: await database.state, redis: await redis.state, storage: storage)
        return check.state.snapshot
    }

    /// Logs a change, once for all loops; the drivers log why a connection was lost.
    private func report(_ store: String, _ last: StoreState, _ state: StoreState) {
        guard state != last else { return }
        switch state {
        case .up: log.info("store accepts writes again", ["store": .text(store)])
        case .readOnly: log.error("store refuses writes", ["store": .text(store)])
        case .down: log.warning("store does not answer", ["store": .text(store)])
        }
    }
}

/// Reports the process as not ready for a while before the server stops listening, so that load balancers send it no
/// more requests. Everything is still served meanwhile. Must be the last service, because services stop in the opposite
/// order.
package final class Drain: Service {
    package let name = "drain"
    private let state: HealthState
    private let duration: Duration
    private let log: Log
    private let isServing = Atomic(false)

    package init(_ state: HealthState, for duration: Duration, log: Log) {
        self.state = state
        self.duration = duration
        self.log = log
    }

    package func start() async throws {
        isServing.store(true, ordering: .relaxed)
    }

    /// Waits for the duration; at once if the process never listened.
    package func stop() async {
        state.beginDraining()
        guard isServing.load(ordering: .relaxed), duration > .zero else { return }
        log.info("draining: not ready, still serving", ["seconds": .number(Int(duration.components.seconds))])
        try? await Task.sleep(for: duration)
    }
}
