/// Timers by deadline: a binary heap. Cancelled timers stay until their time, and are then skipped.
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

    /// The earliest pending timer whose time has come.
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
