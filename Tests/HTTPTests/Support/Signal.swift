import Synchronization

/// An event that occurs once; any thread can wait for it.
final class Signal<Value: Sendable>: Sendable {
    private enum State {
        case open([UnsafeContinuation<Value, Never>])
        case given(Value)
    }
    private let state = Mutex(State.open([]))

    func give(_ value: Value) {
        let waiting = state.withLock { state in
            guard case .open(let waiting) = state else { return [UnsafeContinuation<Value, Never>]() }
            state = .given(value)
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: value) }
    }

    /// Waits for the event; ignores cancellation.
    func wait() async -> Value {
        await withUnsafeContinuation { continuation in
            let given: Value? = state.withLock { state in
                switch state {
                case .given(let value): return value
                case .open(let waiting):
                    state = .open(waiting + [continuation])
                    return nil
                }
            }
            if let given { continuation.resume(returning: given) }
        }
    }
}

extension Signal where Value == Void {
    func give() { give(()) }
}
