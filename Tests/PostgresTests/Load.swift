import Chassis
import Postgres
import Synchronization

/// A load of alternating reads and writes that records failures, until `end()`.
final class Load: Sendable {
    struct Seen {
        var writes = 0
        var failedReads: [PostgresError] = []
        var failedWrites: [PostgresError] = []
        fileprivate var isOver = false
        fileprivate var waiters: [(writes: Int, CheckedContinuation<Void, Never>)] = []
    }

    private static let read = Statement("load.read", "SELECT count(*) FROM log WHERE id = $1")
    private static let write = Statement("load.write", "INSERT INTO log VALUES ($1)")
    private let state = Mutex(Seen())

    var seen: Seen { state.withLock { $0 } }

    func run(on database: LoopBound<Database>) async {
        while !state.withLock({ $0.isOver }) {
            let write = await database.write(Self.write, [.integer(1)])
            let read = await database.read(Self.read, [.integer(2)])
            note(write: write.failure, read: read.failure)
        }
    }

    /// Returns when that many more writes have succeeded.
    func waitForWrites(more count: Int) async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.waiters.append(($0.writes + count, continuation)) }
        }
    }

    func end() {
        state.withLock { $0.isOver = true }
    }

    private func note(write: PostgresError?, read: PostgresError?) {
        let ready = state.withLock { seen in
            if let write { seen.failedWrites.append(write) } else { seen.writes += 1 }
            if let read { seen.failedReads.append(read) }
            let ready = seen.waiters.filter { $0.writes <= seen.writes }
            seen.waiters.removeAll { $0.writes <= seen.writes }
            return ready
        }
        for (_, waiter) in ready { waiter.resume() }
    }
}
