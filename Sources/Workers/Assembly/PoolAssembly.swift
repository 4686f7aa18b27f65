import Jobs

/// Builds the stores of a pool on the connections of a worker, and lists the handlers of its jobs.
typealias PoolAssembly = (WorkerContext, WorkerSettings) throws -> [JobHandler]

extension QueueName {
    /// The assembly of the queue's pool.
    private var assembly: PoolAssembly {
        switch self {
        case .images: ImagesPool.handlers
        case .audio: AudioPool.handlers
        case .notifications: NotificationsPool.handlers
        case .deliveries: DeliveriesPool.handlers
        case .email: EmailPool.handlers
        case .events: EventsPool.handlers
        case .counters: CountersPool.handlers
        case .maintenance: MaintenancePool.handlers
        case .presence: PresencePool.handlers
        }
    }

    /// Returns the handlers of the queue's jobs.
    /// - Throws: What keeps a store from being opened.
    func handlers(_ context: WorkerContext, _ settings: WorkerSettings) throws -> [JobHandler] {
        try assembly(context, settings)
    }
}
