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

/// A suspended task; resumed by its timer or by cancellation, whichever is first.
private final class Sleeper {
    private var continuation: UnsafeContinuation<Void, Never>?
    private var timer: LoopTimer?
    private var isOver = false

    func begin(on loop: EventLoop, for delay: Duration, _ continuation: UnsafeContinuation<Void, Never>) {
        // Cancelled before it began.
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

extension EventLoop {
    /// Runs work on the loop with a time limit.
    /// - Returns: The result, or nil if the work takes longer. Then the work continues and its result is dropped; a
    ///   task group would wait for it.
    package func first<Value: Sendable>(
        within limit: Duration, _ work: @escaping @Sendable () async -> Value?
    ) async -> Value? {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Value?, Never>) in
            let result = LoopBound(SingleResult(continuation), on: self)
            let timer = LoopBound(schedule(after: limit) { result.value.resume(nil) }, on: self)
            spawn {
                let value = await work()
                timer.value.cancel()
                result.value.resume(value)
            }
        }
    }
}

/// A continuation that is resumed by the first of two callers.
private final class SingleResult<Value: Sendable> {
    private var continuation: UnsafeContinuation<Value?, Never>?

    init(_ continuation: UnsafeContinuation<Value?, Never>) {
        self.continuation = continuation
    }

    func resume(_ value: Value?) {
        continuation?.resume(returning: value)
        continuation = nil
    }
}

/// A value that belongs to one loop, carried through code that must be `Sendable`.
///
/// `@unchecked Sendable`: the value is only reachable on the loop's thread, which ``value`` checks in debug builds.
package struct LoopBound<Value>: @unchecked Sendable {
    private let stored: Value
    private let loop: EventLoop

    package init(_ value: Value, on loop: EventLoop) {
        stored = value
        self.loop = loop
    }

    /// The value; only on the loop's thread.
    package var value: Value {
        assert(loop.isCurrent, "a value of another loop")
        return stored
    }
}
