/// Wakes the one task that waits, or lets its next wait return at once. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
package final class LoopSignal: @unchecked Sendable {
    private var isRaised = false
    private var waiter: UnsafeContinuation<Void, Never>?

    package init() {}

    package func raise() {
        guard let waiting = waiter else {
            isRaised = true
            return
        }
        waiter = nil
        waiting.resume()
    }

    package func wait() async {
        // Checked inside, so that nothing can happen between the check and the wait.
        await withUnsafeContinuation { continuation in
            if isRaised {
                isRaised = false
                continuation.resume()
            } else {
                waiter = continuation
            }
        }
    }
}
