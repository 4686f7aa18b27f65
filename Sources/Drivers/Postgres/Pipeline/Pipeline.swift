internal import CPostgres
internal import Chassis

/// An established connection in pipeline mode.
///
/// The statements between two Syncs are one implicit transaction: when one fails, the server skips those behind it and
/// rolls back those before it. So the reads of one turn of the loop share a Sync (skipped ones are sent again,
/// isolated), while every write has its own Sync and completes with it, that is, after the commit; shared writes have
/// one Sync and one commit together. The queries of a turn are written at its end: libpq 15 flushes at every Sync, so
/// reads go first and cost one system call in all.
final class Pipeline: EventHandler {
    /// The responses expected from the server, in order.
    enum Expected {
        case result(Query)
        case preparation(Statement)
        case removal
        case sync
    }

    let libpq: LibpqConnection
    let loop: EventLoop
    let metrics: DatabaseMetrics
    var preparations = Preparations()
    var expected = FIFO<Expected>()
    /// The last result of the statement whose results are arriving.
    var arrived: OpaquePointer?
    /// A write whose Sync has not completed yet.
    var pendingWrite: (query: Query, outcome: Query.Outcome)?
    /// Writes that share a Sync that has not completed yet, and whether one of them failed.
    var pendingSharedWrites: [(query: Query, outcome: Query.Outcome)] = []
    var hasSharedFailure = false
    /// When the server last sent anything, or when the first query was sent on an idle connection.
    var lastReceived: UInt64 = 0
    /// Whether the connection is closed; it must not be used any more.
    private(set) var isClosed = false
    /// The number of queries in flight.
    private(set) var depth = 0

    private let responseTimeout: UInt64
    private let onLoss: (String, [Query]) -> Void
    private var reads: [Query] = []
    private var sharedWrites: [Query] = []
    private var isolated: [Query] = []
    private var isTurnPlanned = false
    private var watchdog: LoopTimer?

    /// Takes ownership of an established connection.
    /// - Parameters:
    ///   - responseTimeout: The connection is considered lost when nothing arrives for this long while queries are in
    ///     flight.
    ///   - onLoss: Called once when the connection is lost, with the reason and the reads to send again.
    init(
        over connection: OpaquePointer, on loop: EventLoop, responseTimeout: Duration, metrics: DatabaseMetrics,
        onLoss: @escaping (String, [Query]) -> Void
    ) {
        libpq = LibpqConnection(over: connection, on: loop)
        self.loop = loop
        self.responseTimeout = responseTimeout.nanoseconds
        self.metrics = metrics
        self.onLoss = onLoss
    }

    /// - Returns: False if the connection cannot enter pipeline mode.
    func start() -> Bool { libpq.open(self) }

    /// Closes a connection without queries in flight.
    func close() {
        isClosed = true
        watchdog?.cancel()
        libpq.close()
    }

    /// Whether queries are in flight and nothing has arrived for that many nanoseconds.
    func isStalled(for nanoseconds: UInt64) -> Bool {
        !expected.isEmpty && loop.now - lastReceived >= nanoseconds
    }

    /// Queues a query, sent at the end of the loop's turn.
    func submit(_ query: Query) {
        depth += 1
        if query.effect == .read && !query.wasIsolated {
            reads.append(query)
        } else if query.isShared {
            sharedWrites.append(query)
        } else {
            isolated.append(query)
        }
        guard !isTurnPlanned else { return }
        isTurnPlanned = true
        loop.atEndOfTurn { self.endTurn() }
    }

    /// Queues a query again that this connection has already counted.
    func resubmit(_ query: Query) {
        depth -= 1
        submit(query)
    }

    func finish(_ query: Query, _ outcome: Query.Outcome) {
        depth -= 1
        query.finish(outcome)
    }

    func handle(_ events: EventSet) {
        if events.contains(.writable) { libpq.flush() }
        if events.intersects(.input.joined(with: .broken)) { receive() }
        if libpq.isBroken { loseConnection("writing failed") }
    }

    // MARK: Sending

    private func endTurn() {
        isTurnPlanned = false
        guard !isClosed else { return }
        let reads = reads
        let sharedWrites = sharedWrites
        let isolated = isolated
        self.reads.removeAll(keepingCapacity: true)
        self.sharedWrites.removeAll(keepingCapacity: true)
        self.isolated.removeAll(keepingCapacity: true)
        if expected.isEmpty { lastReceived = loop.now }
        for query in reads { prepare(for: query) }
        for query in sharedWrites { prepare(for: query) }
        for query in isolated { prepare(for: query) }
        for query in reads { send(query) }
        if !reads.isEmpty { sync() }
        for query in sharedWrites { send(query) }
        if !sharedWrites.isEmpty { sync() }
        for query in isolated where send(query) { sync() }
        libpq.flush()
        if libpq.isBroken { return loseConnection("writing failed") }
        if watchdog == nil { watch(after: responseTimeout) }
    }

    /// Prepares a query's statement if necessary, between Syncs of its own, so that its failure affects no other query.
    private func prepare(for query: Query) {
        if let number = preparations.number(of: query.statement) {
            query.preparation = number
            return
        }
        if preparations.begin(query.statement) {
            libpq.removePreparation(of: query.statement)
            expected.append(.removal)
            sync()
        }
        libpq.prepare(query.statement)
        expected.append(.preparation(query.statement))
        sync()
        query.preparation = preparations.number(of: query.statement) ?? 0
    }

    @discardableResult
    private func send(_ query: Query) -> Bool {
        guard libpq.send(query) else {
            let failure = PostgresFailure(
                sqlState: .characterNotInRepertoire, constraint: nil, message: "a text contains U+0000")
            finish(query, .failure(.rejected(failure)))
            return false
        }
        expected.append(.result(query))
        return true
    }

    private func sync() {
        libpq.sync()
        expected.append(.sync)
    }

    // MARK: Connection loss

    /// Closes the connection: writes fail with ``PostgresError/connectionLost``, reads are sent again on another
    /// connection, once.
    /// - Parameter query: A query in flight that is no longer in ``expected``.
    func loseConnection(_ reason: String, with query: Query? = nil) {
        guard !isClosed else { return }
        close()
        var inFlight = query.map { [$0] } ?? []
        if let pendingWrite { inFlight.append(pendingWrite.query) }
        pendingWrite = nil
        inFlight += pendingSharedWrites.map(\.query)
        pendingSharedWrites = []
        for case .result(let query) in expected.removeAll() { inFlight.append(query) }
        inFlight += reads + sharedWrites + isolated
        reads = []
        sharedWrites = []
        isolated = []
        PQclear(arrived)
        arrived = nil
        depth = 0
        var resendable: [Query] = []
        for query in inFlight {
            if query.effect == .read && !query.wasResent {
                query.wasResent = true
                resendable.append(query)
            } else {
                query.finish(.failure(.connectionLost))
            }
        }
        onLoss(reason, resendable)
    }

    /// Checks periodically whether the server still responds, instead of a timer per query.
    private func watch(after nanoseconds: UInt64) {
        watchdog = loop.schedule(after: .nanoseconds(Int64(nanoseconds))) { [weak self] in
            guard let self else { return }
            watchdog = nil
            guard !expected.isEmpty else { return }
            let silence = loop.now - lastReceived
            if silence >= responseTimeout {
                loseConnection("timed out")
            } else {
                watch(after: responseTimeout - silence)
            }
        }
    }
}
