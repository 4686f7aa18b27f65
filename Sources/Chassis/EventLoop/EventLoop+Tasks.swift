extension EventLoop {
    /// Starts a task that runs on this loop, also after every suspension. `Task {}` would not: it does not inherit
    /// an executor preference.
    @discardableResult
    package func spawn(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: self) { await work() }
    }

    /// Waits without holding the loop. Must be called on the loop.
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    package func sleep(for delay: Duration) async throws(CancellationError) {
        if Task.isCancelled { throw CancellationError() }
        let sleeper = LoopBound(Sleeper(), on: self)
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                sleeper.value.begin(on: self, for: delay, continuation)
            }
        } onCancel: {
            self.post { sleeper.value.wake() }
        }
        if Task.isCancelled { throw CancellationError() }
    }

    /// Runs blocking-free work on the loop from anywhere and waits for its result.
    package func call<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withUnsafeContinuation { continuation in
            post { continuation.resume(returning: work()) }
        }
    }

    package func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }
}

/// One waiting task; woken by its timer or by cancellation, whichever is first.
private final class Sleeper {
    private var continuation: UnsafeContinuation<Void, Never>?
    private var timer: LoopTimer?
    private var isOver = false

    func begin(on loop: EventLoop, for delay: Duration, _ continuation: UnsafeContinuation<Void, Never>) {
        // Cancelled before it had begun.
        guard !isOver else {
            continuation.resume()
            return
        }
        self.continuation = continuation
        timer = loop.schedule(after: delay) { self.wake() }
    }

    func wake() {
        isOver = true
        timer?.cancel()
        timer = nil
        let waiting = continuation
        continuation = nil
        waiting?.resume()
    }
}
