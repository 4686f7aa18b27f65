/// Closed until somebody opens it. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class Gate: @unchecked Sendable {
    private var isOpen = false
    private var waiting: [UnsafeContinuation<Void, Never>] = []

    func pass() async {
        await withUnsafeContinuation { continuation in
            if isOpen { continuation.resume() } else { waiting.append(continuation) }
        }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}
