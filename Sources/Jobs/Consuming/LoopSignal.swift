/// Something has changed: wakes the one task that waits, or lets its next wait pass at once. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class LoopSignal: @unchecked Sendable {
    private var isRaised = false
    private var waiter: UnsafeContinuation<Void, Never>?

    func raise() {
        guard let waiting = waiter else {
            isRaised = true
            return
        }
        waiter = nil
        waiting.resume()
    }

    func wait() async {
        if isRaised {
            isRaised = false
            return
        }
        await withUnsafeContinuation { waiter = $0 }
    }
}
