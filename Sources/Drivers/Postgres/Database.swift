package import Chassis

/// The connections of one event loop to PostgreSQL: every method is called on that loop, which is never blocked.
///
/// Queries wait for a connection for at most three seconds; lost connections are reopened. Cancelling a task does not end its query; the statement timeout does. Interactive transactions
/// are not offered: one statement with CTEs does what belongs together.
///
/// `@unchecked Sendable`: touched by its loop's thread alone, wherever the reference is carried.
package final class Database: @unchecked Sendable {
    /// How long a query waits for a connection before it throws ``PostgresError/unavailable``.
    private static let longestWait = Duration.seconds(3)

    /// A statement that takes longer goes to another connection, if there is one.
    private static let shortStatement = Duration.milliseconds(1).nanoseconds

    private let loop: EventLoop
    private let queueLimit: Int
    private let metrics: DatabaseMetrics
    private let slots: [ConnectionSlot]
    private var waiting = FIFO<Query>()
    private var waitTimer: LoopTimer?
    private var unanswered = 0
    private var isClosing = false
    private var closer: UnsafeContinuation<Void, Never>?

    /// Does nothing yet: see ``start()``.
    package init(on loop: EventLoop, settings: DatabaseSettings, log: Log, metrics: DatabaseMetrics) {
        self.loop = loop
        self.metrics = metrics
        queueLimit = settings.queueLimit
        slots = (0..<max(1, settings.connections)).map { _ in
            ConnectionSlot(on: loop, settings, log: log, metrics: metrics)
        }
        for slot in slots {
            slot.onConnected = { [weak self] in self?.sendWaiting() }
            slot.onLost = { [weak self] reads in self?.resend(reads) }
        }
    }

    /// Begins to connect.
    package func start() {
        assert(loop.isCurrent, "a database belongs to its loop")
        for slot in slots { slot.connect() }
    }

    /// Takes no new query, waits for those that are unanswered, and closes the connections.
    package func close() async {
        isClosing = true
        if unanswered > 0 {
            await withUnsafeContinuation { closer = $0 }
        }
        waitTimer?.cancel()
        for slot in slots { slot.close() }
    }

    /// Whether there is a connection at this moment.
    package var isConnected: Bool { slots.contains { $0.pipeline != nil } }

    /// Runs a statement that changes nothing, so that it may be sent twice. Reads of one turn of the loop travel
    /// together.
    package func read(_ statement: Statement, _ values: [PostgresValue] = []) async throws(PostgresError) -> Rows {
        try await run(statement, values, .read)
    }

    /// Runs a statement in a transaction of its own and returns when that is committed. After
    /// ``PostgresError/connectionLost`` the outcome is unknown.
    package func write(_ statement: Statement, _ values: [PostgresValue] = []) async throws(PostgresError) -> Rows {
        try await run(statement, values, .write)
    }

    /// The same, but all of one turn of the loop may be committed together, which costs the disk once. When one fails
    /// none of them has happened, and each is run again in a transaction of its own. For many small writes that need
    /// not be answered one before the other, such as the effects of jobs.
    package func writeTogether(
        _ statement: Statement, _ values: [PostgresValue] = []
    ) async throws(PostgresError) -> Rows {
        try await run(statement, values, .sharedWrite)
    }

    /// Inlined, because a further asynchronous function costs every query a frame.
    @inline(__always)
    private func run(
        _ statement: Statement, _ values: [PostgresValue], _ effect: Query.Effect
    ) async throws(PostgresError) -> Rows {
        assert(loop.isCurrent, "a database belongs to its loop")
        guard !isClosing, unanswered < queueLimit else {
            metrics.refused.increment()
            throw .unavailable
        }
        unanswered += 1
        let began = loop.now
        let answer = await withUnsafeContinuation { (continuation: UnsafeContinuation<Query.Answer, Never>) in
            submit(Query(statement, values, effect, at: began, continuation))
        }
        metrics.queries.observe(nanoseconds: loop.now - began)
        unanswered -= 1
        if isClosing && unanswered == 0 {
            closer?.resume()
            closer = nil
        }
        return try answer.get()
    }

    // MARK: Choosing and waiting

    private func submit(_ query: Query) {
        if let pipeline = pipeline(for: query) { return pipeline.submit(query) }
        waiting.append(query)
        if waitTimer == nil { expireWaiting() }
    }

    /// Short reads have the first connection, long ones the second, writes, which wait for the disk, the others; where there
    /// are fewer, the last is for several.
    private func pipeline(for query: Query) -> Pipeline? {
        if query.effect != .read { return leastBusy(of: slots.dropFirst(min(2, slots.count - 1))) ?? anyPipeline }
        if query.statement.isLong { return slots[min(1, slots.count - 1)].pipeline ?? anyPipeline }
        return pipelineForShortReads ?? anyPipeline
    }

    /// The same for all reads of a turn, so that they travel together; another while the answer of that one lets wait for
    /// itself.
    private var pipelineForShortReads: Pipeline? {
        slots.lazy.compactMap(\.pipeline).first { !$0.isSilent(for: Self.shortStatement) }
    }

    private var anyPipeline: Pipeline? { leastBusy(of: slots[...]) }

    private func leastBusy(of slots: ArraySlice<ConnectionSlot>) -> Pipeline? {
        slots.lazy.compactMap(\.pipeline).min { $0.depth < $1.depth }
    }

    private func sendWaiting() {
        waitTimer?.cancel()
        waitTimer = nil
        for query in waiting.removeAll() { submit(query) }
    }

    private func resend(_ reads: [Query]) {
        for query in reads {
            metrics.repeated.increment()
            query.waitsSince = loop.now
            submit(query)
        }
    }

    /// Refuses those that have waited long enough, and comes back for the next.
    private func expireWaiting() {
        waitTimer = nil
        let limit = Self.longestWait.nanoseconds
        while let query = waiting.first {
            let waited = loop.now - query.waitsSince
            guard waited >= limit else {
                waitTimer = loop.schedule(after: .nanoseconds(Int64(limit - waited))) { [weak self] in
                    self?.expireWaiting()
                }
                return
            }
            _ = waiting.popFirst()
            metrics.refused.increment()
            query.finish(.failure(.unavailable))
        }
    }
}
