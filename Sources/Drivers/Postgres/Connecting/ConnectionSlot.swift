internal import CPostgres
internal import Chassis

/// One connection of a ``Database``: connects, and reconnects with backoff after a loss.
final class ConnectionSlot {
    private enum State {
        case idle
        case connecting(Connector)
        case connected(Pipeline)
        case waiting(LoopTimer)
        case closed
    }

    private let loop: EventLoop
    private let settings: DatabaseSettings
    private let log: Log
    private let metrics: DatabaseMetrics
    private let parameters: ConnectionParameters?
    private var state = State.idle
    private var backoff = Backoff()
    private var lastFailure: String?
    /// Called when a connection is established.
    var onConnected: () -> Void = {}
    /// Called when a connection was lost, with the reads to send again.
    var onLost: ([Query]) -> Void = { _ in }

    init(on loop: EventLoop, _ settings: DatabaseSettings, log: Log, metrics: DatabaseMetrics) {
        self.loop = loop
        self.settings = settings
        self.metrics = metrics
        parameters = ConnectionParameters(settings)
        self.log = log.with("database", .text(parameters?.address ?? "?"))
    }

    /// The pipeline, while connected.
    var pipeline: Pipeline? {
        if case .connected(let pipeline) = state { pipeline } else { nil }
    }

    func connect() {
        guard let parameters else { return reconnect(after: "the database URL is invalid") }
        let connector = Connector(on: loop, timeout: settings.connectTimeout) { [weak self] result in
            switch result {
            case .success(let connection): self?.use(connection)
            case .failure(let failure): self?.reconnect(after: failure.reason)
            }
        }
        state = .connecting(connector)
        connector.begin(parameters)
    }

    func close() {
        switch state {
        case .connecting(let connector): connector.cancel()
        case .connected(let pipeline): pipeline.close()
        case .waiting(let timer): timer.cancel()
        case .idle, .closed: break
        }
        state = .closed
    }

    private func use(_ connection: OpaquePointer) {
        let responseTimeout = settings.statementTimeout + settings.responseGrace
        let pipeline = Pipeline(over: connection, on: loop, responseTimeout: responseTimeout, metrics: metrics) {
            [weak self] reason, reads in self?.loseConnection(reason, reads)
        }
        guard pipeline.start() else {
            pipeline.close()
            return reconnect(after: "cannot enter pipeline mode")
        }
        state = .connected(pipeline)
        backoff.reset()
        lastFailure = nil
        log.info("connected to PostgreSQL")
        onConnected()
    }

    private func loseConnection(_ reason: String, _ reads: [Query]) {
        metrics.lost.increment()
        reconnect(after: reason)
        onLost(reads)
    }

    /// Schedules the next attempt. Logs a failure when its reason changes, not at each attempt.
    private func reconnect(after failure: String) {
        if failure != lastFailure { log.warning("PostgreSQL unavailable, retrying", ["reason": .text(failure)]) }
        lastFailure = failure
        state = .waiting(loop.schedule(after: backoff.next()) { [weak self] in self?.connect() })
    }
}
