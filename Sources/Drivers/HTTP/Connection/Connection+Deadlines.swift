internal import CLinux

extension Connection {
    /// Sets the deadline to `seconds` from now; it fires at most 1.5 s late, never early.
    func setDeadline(in seconds: Int) {
        deadline = server.second + seconds + 1
        // An earlier entry reschedules itself when its slot expires.
        if scheduledCheck > deadline { scheduledCheck = server.scheduleCheck(self, until: deadline) }
    }

    /// Sets the deadline to `seconds` from now, unless it is earlier.
    func limitDeadline(to seconds: Int) {
        if deadline > server.second + seconds + 1 { setDeadline(in: seconds) }
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
        if hasUnsent { return checkOutput() }
        switch state {
        case .head where !pending.isEmpty:
            // What else it sends does not matter, so there is nothing to wait for after the response.
            hasReceivedEOF = true
            reject(408)
        case .body, .chunks:
            // A client that waits for the server does not stall.
            if isReadPaused || expectsContinue || progress >= server.limits.stallBytes {
                progress = 0
                setDeadline(in: server.limits.stallSeconds)
            } else {
                close()
            }
        case .lingering(let end) where server.second < end:
            let (linger, stall) = (server.limits.lingerSeconds, max(1, server.limits.stallSeconds))
            guard progress > server.limits.stallBytes * linger / stall else { return close() }
            progress = 0
            setDeadline(in: linger)
        default: close()
        }
    }

    // MARK: Slow readers

    /// Starts to measure how fast the client reads. Acknowledged bytes count, not what the kernel takes: it takes
    /// nothing for a long time from a connection whose buffer has grown, however steadily the client reads.
    func startOutputPeriod() {
        progress = Int(clinux_unacknowledged(descriptor))
        setDeadline(in: server.limits.stallSeconds)
    }

    private func checkOutput() {
        guard progress - Int(clinux_unacknowledged(descriptor)) >= server.limits.stallBytes else { return close() }
        startOutputPeriod()
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
