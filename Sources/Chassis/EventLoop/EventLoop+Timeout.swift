extension EventLoop {
    /// Runs some work with a time limit, on the loop.
    /// - Returns: The result, or nil if the work takes longer. The work goes on then, and its result is dropped: a task group
    ///   would wait for it.
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
