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
