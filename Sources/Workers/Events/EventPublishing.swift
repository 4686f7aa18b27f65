import Chassis
import Domain
import Jobs
import Redis
import Storage

/// Publishes domain events to every destination, each by a publisher of its own: one that is away delays only itself.
///
/// `@unchecked Sendable`: loop-confined, but for starting and stopping, which happen once.
final class EventPublishing: Service, @unchecked Sendable {
    let name = "events"
    private static let refreshInterval = Duration.seconds(5)

    private let context: WorkerContext
    private let destinations: [any EventDestination]
    private let metrics: [String: EventMetrics]
    private let redis: RedisSettings
    private let limits: EventPublisher.Limits
    private let log: Log
    private var publishers: [EventPublisher] = []
    private var subscription: RedisSubscription?
    private var refresh: Task<Void, Never>?

    init(
        _ context: WorkerContext, to destinations: [any EventDestination], redis: RedisSettings, metrics: Metrics,
        log: Log, limits: EventPublisher.Limits = EventPublisher.Limits()
    ) {
        self.context = context
        self.destinations = destinations
        self.metrics = Dictionary(
            uniqueKeysWithValues: destinations.map { ($0.name, EventMetrics($0.name, in: metrics)) })
        self.redis = redis
        self.limits = limits
        self.log = log
    }

    func start() async throws {
        try await Task(executorPreference: context.loop) { try await self.begin() }.value
    }

    private func begin() async throws {
        let store = EventStore(context.database)
        try await store.use(destinations.map(\.name))
        let source = CloudEvent.source(of: try await ScheduledRunStore(context.database).installation())
        publishers = destinations.compactMap { destination in
            metrics[destination.name].map { metrics in
                EventPublisher(
                    to: destination, store, source: source, on: context.loop, metrics: metrics, log: log,
                    limits: limits)
            }
        }
        for publisher in publishers { publisher.start() }
        subscription = EventChannel.subscription(on: context.loop, redis, log: log) { [unowned self] in
            for publisher in publishers { publisher.wake() }
        }
        subscription?.start()
        refresh = context.loop.spawn { [self] in
            repeat {
                await refreshBacklogs(store)
            } while (try? await context.loop.sleep(for: Self.refreshInterval)) != nil
        }
    }

    func stop() async {
        await Task(executorPreference: context.loop) {
            self.refresh?.cancel()
            await self.subscription?.close()
            await withTaskGroup { group in
                for publisher in self.publishers { group.addTask { await publisher.stop() } }
            }
            await self.refresh?.value
        }.value
    }

    /// Without PostgreSQL the figures stay as they were.
    private func refreshBacklogs(_ store: EventStore) async {
        let names = destinations.map(\.name)
        try? await store.use(names)
        guard let backlogs = try? await store.backlogs(of: names) else { return }
        for (name, backlog) in backlogs { metrics[name]?.record(backlog) }
    }
}
