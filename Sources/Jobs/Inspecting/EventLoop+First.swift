import Chassis

extension EventLoop {
    /// The result of some work, or nil when it takes longer; then the work goes on, and nobody hears of its result. Must
    /// be called on the loop.
    func first<Value: Sendable>(
        within limit: Duration, _ work: @escaping @Sendable () async -> Value?
    ) async -> Value? {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Value?, Never>) in
            let answer = LoopBound(Answer(continuation), on: self)
            let timer = LoopBound(schedule(after: limit) { answer.value.give(nil) }, on: self)
            spawn {
                let value = await work()
                timer.value.cancel()
                answer.value.give(value)
            }
        }
    }
}

/// Given once.
private final class Answer<Value: Sendable> {
    private var continuation: UnsafeContinuation<Value?, Never>?

    init(_ continuation: UnsafeContinuation<Value?, Never>) {
        self.continuation = continuation
    }

    func give(_ value: Value?) {
        continuation?.resume(returning: value)
        continuation = nil
    }
}
