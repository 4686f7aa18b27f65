/// A scheduled action of an ``EventLoop``. Loop thread only.
package final class LoopTimer {
    let deadline: UInt64
    private var action: (() -> Void)?

    init(deadline: UInt64, _ action: @escaping () -> Void) {
        self.deadline = deadline
        self.action = action
    }

    /// Whether the action has not run yet.
    var isPending: Bool { action != nil }

    /// Drops the action; harmless if it has run.
    package func cancel() {
        action = nil
    }

    func fire() {
        let due = action
        action = nil
        due?()
    }
}

/// Timers by deadline: a binary heap. A cancelled timer stays until its deadline and is then skipped.
struct TimerQueue {
    private var heap: [LoopTimer] = []

    var nextDeadline: UInt64? { heap.first?.deadline }

    mutating func insert(_ timer: LoopTimer) {
        heap.append(timer)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].deadline < heap[parent].deadline else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Returns the earliest pending timer that is due.
    mutating func popDue(at now: UInt64) -> LoopTimer? {
        while let first = heap.first, first.deadline <= now || !first.isPending {
            removeFirst()
            if first.isPending { return first }
        }
        return nil
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].deadline < heap[least].deadline {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
