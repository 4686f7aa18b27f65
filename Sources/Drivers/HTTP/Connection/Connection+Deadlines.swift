extension Connection {
    /// Sets the deadline to `seconds` from now; it fires at most 1.5 s late, never early.
    func setDeadline(in seconds: Int) {
        deadline = server.second + seconds + 1
        // An earlier entry reschedules itself when its slot expires.
        if scheduledCheck > deadline { scheduledCheck = server.scheduleCheck(self, until: deadline) }
    }

    func suspendDeadline() {
        deadline = .max
    }

    /// Checks the deadline when a slot of the wheel expires.
    /// - Parameter second: The second of the slot; entries other than the last one are ignored.
    func deadlineSlotExpired(_ second: Int) {
        guard second == scheduledCheck else { return }
        scheduledCheck = .max
        guard deadline != .max else { return }
        if deadline > second {
            scheduledCheck = server.scheduleCheck(self, until: deadline)
        } else {
            timeOut()
        }
    }

    private func timeOut() {
        switch state {
        case .head where !pending.isEmpty: reject(408)
        case .body, .chunks:
            // A client that waits for the server does not stall.
            if !hasUnsent, isReadPaused || expectsContinue || progress >= server.limits.stallBytes {
                progress = 0
                setDeadline(in: server.limits.stallSeconds)
            } else {
                close()
            }
        default: close()
        }
    }
}

/// A timer wheel of connection deadlines, with slots of one second. Extending a deadline costs nothing: the entry stays
/// and is reinserted when its slot expires, so the work grows with expired entries, not with open connections.
struct DeadlineWheel {
    struct Entry {
        let descriptor: CInt
        let serial: UInt32
    }

    private var slots: [[Entry]] = Array(repeating: [], count: 128)
    private var last = 0

    mutating func start(at second: Int) {
        last = second
    }

    /// Inserts an entry. One beyond the wheel's range of 127 s expires early and is reinserted.
    /// - Returns: The second at which the entry expires.
    mutating func insert(_ entry: Entry, at second: Int) -> Int {
        let reachable = min(max(second, last + 1), last + slots.count - 1)
        slots[reachable % slots.count].append(entry)
        return reachable
    }

    /// Removes and returns the next expired slot; nil if none is left.
    mutating func popSlot(upTo second: Int) -> (second: Int, entries: [Entry])? {
        guard last < second else { return nil }
        last += 1
        let entries = slots[last % slots.count]
        slots[last % slots.count] = []
        return (last, entries)
    }
}
