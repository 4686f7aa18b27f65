extension Connection {
    /// Patience ends not before so many seconds from now, and at most one and a half later.
    func setDeadline(in seconds: Int) {
        deadline = server.second + seconds + 1
        // An entry that comes earlier will put itself off.
        if watchedSecond > deadline { watchedSecond = server.watch(self, until: deadline) }
    }

    func suspendDeadline() {
        deadline = .max
    }

    /// - Parameter second: The slot of the wheel; only the entry that was made last counts.
    func deadlineSlotCame(_ second: Int) {
        guard second == watchedSecond else { return }
        watchedSecond = .max
        guard deadline != .max else { return }
        if deadline > second {
            watchedSecond = server.watch(self, until: deadline)
        } else {
            timeOut()
        }
    }

    private func timeOut() {
        switch state {
        case .head where !pending.isEmpty: refuse(408)
        case .body, .chunks:
            // While the client waits for us, it is not the client that stalls.
            if !hasUnsent, isReadPaused || owesContinue || progress >= server.limits.stallBytes {
                progress = 0
                setDeadline(in: server.limits.stallSeconds)
            } else {
                close()
            }
        default: close()
        }
    }
}

/// Deadlines of connections in whole seconds: a ring of slots. Moving a deadline later costs nothing: the entry stays
/// where it is and is put off when its slot comes, so work grows with what expires and not with what is open.
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

    /// Entries further away than the ring is long come round early and are put off again.
    /// - Returns: The second at which the entry comes round.
    mutating func insert(_ entry: Entry, at second: Int) -> Int {
        let reachable = min(max(second, last + 1), last + slots.count - 1)
        slots[reachable % slots.count].append(entry)
        return reachable
    }

    /// The next slot that has come since the last call; nil when all of them were taken.
    mutating func popSlot(upTo second: Int) -> (second: Int, entries: [Entry])? {
        guard last < second else { return nil }
        last += 1
        let entries = slots[last % slots.count]
        slots[last % slots.count] = []
        return (last, entries)
    }
}
