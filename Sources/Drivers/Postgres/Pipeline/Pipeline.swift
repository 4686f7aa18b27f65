internal import CPostgres
internal import Chassis

/// An established connection that carries many queries at once.
///
/// Everything between two Syncs of a pipeline is one implicit transaction: a failing neighbour makes the server skip
/// what is behind it and roll back what was before it. So the reads of one turn of the loop share a Sync (the skipped
/// ones are sent again, alone), while every write has a Sync of its own and is answered when that Sync is, which is
/// after the commit; writes that allow it share one, and the cost of its commit. What a turn collects is written at its end: libpq 15 flushes at every Sync, so reads go first
/// and together, and cost one system call however many they are.
final class Pipeline: EventHandler {
    /// What the server will answer next, in order.
    enum Expected {
        case answer(Query)
        case preparation(Statement)
        case removal
        case sync
    }

    let wire: Wire
    let loop: EventLoop
    let metrics: DatabaseMetrics
    var preparations = Preparations()
    var expected = FIFO<Expected>()
    /// The last result of the statement whose results are arriving.
    var arrived: OpaquePointer?
    /// A write whose Sync has not been answered yet.
    var settling: (query: Query, answer: Query.Answer)?
    /// Writes that share a Sync which has not been answered yet, and whether one of them failed.
    var settlingTogether: [(query: Query, answer: Query.Answer)] = []
    var hasSharedFailure = false
    /// When the server last sent anything, or was first asked after owing nothing.
    var lastSignOfLife: UInt64 = 0
    /// The connection is given up; nothing may touch it any more.
    private(set) var isOver = false
    /// How many queries are unanswered.
    private(set) var depth = 0

    private let silenceLimit: UInt64
    private let onLoss: (String, [Query]) -> Void
    private var reads: [Query] = []
    private var sharedWrites: [Query] = []
    private var loners: [Query] = []
    private var isTurnPlanned = false
    private var watchdog: LoopTimer?

    /// Owns the connection, which is established, from now on. A server that owes an answer and sends nothing for the
    /// silence limit is given up. When the connection breaks, `onLoss` is called once, with the reason and the reads
    /// that may be sent again.
    init(
        over connection: OpaquePointer, on loop: EventLoop, silenceLimit: Duration, metrics: DatabaseMetrics,
        onLoss: @escaping (String, [Query]) -> Void
    ) {
        wire = Wire(over: connection, on: loop)
        self.loop = loop
        self.silenceLimit = silenceLimit.nanoseconds
        self.metrics = metrics
        self.onLoss = onLoss
    }

    /// - Returns: False when the connection can be no pipeline.
    func start() -> Bool { wire.open(self) }

    /// Ends a connection that owes nothing.
    func close() {
        isOver = true
        watchdog?.cancel()
        wire.close()
    }

    /// Whether the server owes an answer and has said nothing for so many nanoseconds.
    func isSilent(for nanoseconds: UInt64) -> Bool {
        !expected.isEmpty && loop.now - lastSignOfLife >= nanoseconds
    }

    /// Takes a query; it is sent at the end of the loop's turn.
    func submit(_ query: Query) {
        depth += 1
        if query.effect == .read && !query.wasIsolated {
            reads.append(query)
        } else if query.isShared {
            sharedWrites.append(query)
        } else {
            loners.append(query)
        }
        guard !isTurnPlanned else { return }
        isTurnPlanned = true
        loop.atEndOfTurn { self.endTurn() }
    }

    /// Takes a query once more that this connection has already counted.
    func resubmit(_ query: Query) {
        depth -= 1
        submit(query)
    }

    func finish(_ query: Query, _ answer: Query.Answer) {
        depth -= 1
        query.finish(answer)
    }

    func handle(_ events: EventSet) {
        if events.contains(.writable) { wire.flush() }
        if events.intersects(.input.joined(with: .broken)) { receive() }
        if wire.isBroken { lose("writing failed") }
    }

    // MARK: Sending

    private func endTurn() {
        isTurnPlanned = false
        guard !isOver else { return }
        let reads = reads
        let sharedWrites = sharedWrites
        let loners = loners
        self.reads.removeAll(keepingCapacity: true)
        self.sharedWrites.removeAll(keepingCapacity: true)
        self.loners.removeAll(keepingCapacity: true)
        if expected.isEmpty { lastSignOfLife = loop.now }
        for query in reads { prepare(for: query) }
        for query in sharedWrites { prepare(for: query) }
        for query in loners { prepare(for: query) }
        for query in reads { send(query) }
        if !reads.isEmpty { sync() }
        for query in sharedWrites { send(query) }
        if !sharedWrites.isEmpty { sync() }
        for query in loners where send(query) { sync() }
        wire.flush()
        if wire.isBroken { return lose("writing failed") }
        if watchdog == nil { watch(after: silenceLimit) }
    }

    /// A preparation has a Sync of its own, so that it neither suffers from its neighbours nor harms them.
    private func prepare(for query: Query) {
        if let number = preparations.number(of: query.statement) {
            query.preparation = number
            return
        }
        if preparations.begin(query.statement) {
            wire.removePreparation(of: query.statement)
            expected.append(.removal)
            sync()
        }
        wire.prepare(query.statement)
        expected.append(.preparation(query.statement))
        sync()
        query.preparation = preparations.number(of: query.statement) ?? 0
    }

    @discardableResult
    private func send(_ query: Query) -> Bool {
        guard wire.send(query) else {
            let failure = PostgresFailure(
                sqlState: .characterNotInRepertoire, constraint: nil, message: "a text contains U+0000")
            finish(query, .failure(.rejected(failure)))
            return false
        }
        expected.append(.answer(query))
        return true
    }

    private func sync() {
        wire.sync()
        expected.append(.sync)
    }

    // MARK: Losing

    /// Gives the connection up: writes are answered with ``PostgresError/connectionLost``, reads go to the next
    /// connection unless they have already survived a loss.
    /// The query is one that is no longer among the expected.
    func lose(_ reason: String, with query: Query? = nil) {
        guard !isOver else { return }
        close()
        var unanswered = query.map { [$0] } ?? []
        if let settling { unanswered.append(settling.query) }
        settling = nil
        unanswered += settlingTogether.map(\.query)
        settlingTogether = []
        for case .answer(let query) in expected.removeAll() { unanswered.append(query) }
        unanswered += reads + sharedWrites + loners
        reads = []
        sharedWrites = []
        loners = []
        PQclear(arrived)
        arrived = nil
        depth = 0
        var survivors: [Query] = []
        for query in unanswered {
            if query.effect == .read && !query.survivedLoss {
                query.survivedLoss = true
                survivors.append(query)
            } else {
                query.finish(.failure(.connectionLost))
            }
        }
        onLoss(reason, survivors)
    }

    /// Looks now and then whether the server still answers, instead of setting a timer for every query.
    private func watch(after nanoseconds: UInt64) {
        watchdog = loop.schedule(after: .nanoseconds(Int64(nanoseconds))) { [weak self] in
            guard let self else { return }
            watchdog = nil
            guard !expected.isEmpty else { return }
            let silence = loop.now - lastSignOfLife
            if silence >= silenceLimit { lose("no answer in time") } else { watch(after: silenceLimit - silence) }
        }
    }
}
