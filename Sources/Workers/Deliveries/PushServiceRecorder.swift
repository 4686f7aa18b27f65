import Chassis
import Storage

/// Records, before the first job of a `deliveries` process, whether it has a push service, so that the pool
/// `notifications` enqueues no push that has no receiver.
struct PushServiceRecorder: Service {
    let name = "push service"
    let context: WorkerContext
    let isSet: Bool
    let log: Log

    func start() async throws {
        try await Task(executorPreference: context.loop) {
            try await PushServiceStore(context.database).record(isSet: isSet)
        }.value
        if !isSet { log.info("pushes are delivered to browsers alone: PUSH_WEBHOOK_URL is not set") }
    }

    func stop() async {}
}
