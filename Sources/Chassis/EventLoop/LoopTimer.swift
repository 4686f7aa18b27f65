/// One action in the future of an ``EventLoop``. Loop thread only.
package final class LoopTimer {
    let deadline: UInt64
    private var action: (() -> Void)?

    init(deadline: UInt64, _ action: @escaping () -> Void) {
        self.deadline = deadline
        self.action = action
    }

    /// Whether the action is still to come.
    var isPending: Bool { action != nil }

    /// Forgets the action; harmless when it has run.
    package func cancel() {
        action = nil
    }

    func fire() {
        let due = action
        action = nil
        due?()
    }
}
