import Synchronization

/// A fixed number of threads for calls that compute for long on behalf of many sources. The sources take turns; as many
/// calls may wait as the threads complete within a time. When the queue is full, a source with few calls displaces the
/// newest of the source with the most.
package final class FairPool: Sendable {
    private struct Call: Sendable {
        let run: @Sendable () -> Void
        let refuse: @Sendable () -> Void
    }

    private struct State {
        var queue = FairQueue<Call>()
        /// The moving average of the time that a call takes, in nanoseconds.
        var average: UInt64 = 100_000_000
    }

    private let state = Mutex(State())
    private let pool: BlockingPool
    private let threads: Int
    private let longestWait: UInt64
    private let queueLimit: Int

    /// - Parameters:
    ///   - threads: How many calls run at once.
    ///   - longestWait: How long the queue may be, in the time that its calls are expected to take.
    ///   - queueLimit: How many calls may wait, however short they are.
    package init(name: String, threads: Int, longestWait: Duration, queueLimit: Int) {
        pool = BlockingPool(name: name, threads: threads, queueLimit: .max)
        self.threads = threads
        self.longestWait = longestWait.nanoseconds
        self.queueLimit = queueLimit
    }

    /// How many calls wait for a thread.
    package var waiting: Int { state.withLock { $0.queue.count } }

    /// Runs work on a thread of the pool when it is the source's turn.
    /// - Throws: `BlockingPool.Overloaded` when the queue is full, or becomes full of calls of other sources; else what
    ///   the work throws.
    package func run<Value: Sendable>(
        for source: String, _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Value, any Error>) in
            submit(
                Call(
                    run: { continuation.resume(with: Result { try work() }) },
                    refuse: { continuation.resume(throwing: BlockingPool.Overloaded()) }),
                of: source)
        }
    }

    private func submit(_ call: Call, of source: String) {
        let refused: Call? = state.withLock { state in
            var displaced: Call?
            if state.queue.count >= capacity(state.average) {
                displaced = state.queue.displace(for: source)
                guard displaced != nil else { return call }
            }
            state.queue.append(call, of: source)
            // The turn of a displaced call finds the queue empty.
            _ = pool.submit { self.serveNext() }
            return displaced
        }
        refused?.refuse()
    }

    /// At least two calls for each thread, so that a slow machine makes progress.
    private func capacity(_ average: UInt64) -> Int {
        max(2 * threads, min(queueLimit, Int(longestWait / max(1, average)) * threads))
    }

    private func serveNext() {
        guard let call = state.withLock({ $0.queue.popFirst() }) else { return }
        let began = monotonicNanoseconds()
        call.run()
        let time = monotonicNanoseconds() - began
        state.withLock { $0.average = $0.average - $0.average / 8 + time / 8 }
    }
}
