package import Chassis

/// The connections of one event loop to PostgreSQL: every method is called on that loop, which is never blocked.
///
/// A query waits at most three seconds for a connection; lost connections are reestablished. Cancelling a task does not
/// cancel its query; the statement timeout does. There are no interactive transactions: one statement with CTEs makes
/// all changes of a transaction.
///
/// `@unchecked Sendable`: touched by its loop's thread alone, wherever the reference is carried.
package final class Database: @unchecked Sendable {
    /// The time a query waits for a connection before it throws ``PostgresError/unavailable``.
    private static let connectionWait = Duration.seconds(3)

    /// A connection that has not responded for this long gets no further short reads if there is another one.
    private static let stallThreshold = Duration.milliseconds(1).nanoseconds

    private let loop: EventLoop
    private let queueLimit: Int
    private let metrics: DatabaseMetrics
    private let slots: [ConnectionSlot]
    private var waiting = FIFO<Query>()
    private var waitTimer: LoopTimer?
    private var inFlight = 0
    private var isClosing = false
    private var drainContinuation: UnsafeContinuation<Void, Never>?

    /// Creates the connections without connecting: see ``start()``.
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

    /// Starts to connect.
    package func start() {
        assert(loop.isCurrent, "a database is used on its loop only")
        for slot in slots { slot.connect() }
    }

    /// Rejects new queries, waits for those in flight and closes the connections.
    package func close() async {
        isClosing = true
        if inFlight > 0 {
            await withUnsafeContinuation { drainContinuation = $0 }
        }
        waitTimer?.cancel()
        for slot in slots { slot.close() }
    }

    /// Whether at least one connection is established.
    package var isConnected: Bool { slots.contains { $0.pipeline != nil } }

    /// Runs a statement that changes nothing, so that it may be sent again. The reads of one turn of the loop share a
    /// Sync.
    package func read(_ statement: Statement, _ values: [PostgresValue] = []) async throws(PostgresError) -> Rows {
        try await run(statement, values, .read)
    }

    /// Runs a statement in its own transaction and returns after the commit. After ``PostgresError/connectionLost`` it
    /// is unknown whether the transaction was committed.
    package func write(_ statement: Statement, _ values: [PostgresValue] = []) async throws(PostgresError) -> Rows {
        try await run(statement, values, .write)
    }

    /// Runs a statement in a transaction shared with the other such writes of this turn of the loop: one commit, one
    /// flush of the WAL. If one fails, the transaction is rolled back and each is run again in its own. For many small
    /// writes whose order of completion does not matter.
    package func writeTogether(
        _ statement: Statement, _ values: [PostgresValue] = []
    ) async throws(PostgresError) -> Rows {
        try await run(statement, values, .sharedWrite)
    }

    /// Inlined, because another asynchronous function costs every query a frame.
    @inline(__always)
    private func run(
        _ statement: Statement, _ values: [PostgresValue], _ effect: Query.Effect
    ) async throws(PostgresError) -> Rows {
        assert(loop.isCurrent, "a database is used on its loop only")
        guard !isClosing, inFlight < queueLimit else {
            metrics.rejected.increment()
            throw .unavailable
        }
        inFlight += 1
        let began = loop.now
        let outcome = await withUnsafeContinuation { (continuation: UnsafeContinuation<Query.Outcome, Never>) in
            submit(Query(statement, values, effect, at: began, continuation))
        }
        metrics.queries.observe(nanoseconds: loop.now - began)
        inFlight -= 1
        if isClosing && inFlight == 0 {
            drainContinuation?.resume()
            drainContinuation = nil
        }
        return try outcome.get()
    }

    // MARK: Choice of the connection, queue

    private func submit(_ query: Query) {
        if let pipeline = pipeline(for: query) { return pipeline.submit(query) }
        waiting.append(query)
        if waitTimer == nil { expireWaiting() }
    }

    /// Returns the pipeline for a query. Short reads use the first connection, long reads the second, writes, which
    /// wait for the disk, the others; with fewer connections, the last one serves several kinds.
    private func pipeline(for query: Query) -> Pipeline? {
        if query.effect != .read { return leastBusy(of: slots.dropFirst(min(2, slots.count - 1))) ?? anyPipeline }
        if query.statement.isLong { return slots[min(1, slots.count - 1)].pipeline ?? anyPipeline }
        return pipelineForShortReads ?? anyPipeline
    }

    /// The same pipeline for all short reads of a turn, so that they share a Sync; another one while that one is
    /// stalled.
    private var pipelineForShortReads: Pipeline? {
        slots.lazy.compactMap(\.pipeline).first { !$0.isStalled(for: Self.stallThreshold) }
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
            metrics.resent.increment()
            query.waitsSince = loop.now
            submit(query)
        }
    }

    /// Rejects the queries that have waited too long, and schedules the next check.
    private func expireWaiting() {
        waitTimer = nil
        let limit = Self.connectionWait.nanoseconds
        while let query = waiting.first {
            let waited = loop.now - query.waitsSince
            guard waited >= limit else {
                waitTimer = loop.schedule(after: .nanoseconds(Int64(limit - waited))) { [weak self] in
                    self?.expireWaiting()
                }
                return
            }
            _ = waiting.popFirst()
            metrics.rejected.increment()
            query.finish(.failure(.unavailable))
        }
    }
}
