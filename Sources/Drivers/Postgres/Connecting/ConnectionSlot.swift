internal import CPostgres
internal import Chassis

/// One of the connections of a ``Database``: connects, and connects again whenever it is lost.
final class ConnectionSlot {
    private enum State {
        case resting
        case connecting(Connector)
        case connected(Pipeline)
        case pausing(LoopTimer)
        case closed
    }

    private let loop: EventLoop
    private let settings: DatabaseSettings
    private let log: Log
    private let metrics: DatabaseMetrics
    private let parameters: ConnectionParameters?
    private var state = State.resting
    private var backoff = Backoff()
    private var lastFailure: String?
    /// Called when there is a connection.
    var onConnected: () -> Void = {}
    /// Called when one was lost, with the reads that are to be sent again.
    var onLost: ([Query]) -> Void = { _ in }

    init(on loop: EventLoop, _ settings: DatabaseSettings, log: Log, metrics: DatabaseMetrics) {
        self.loop = loop
        self.settings = settings
        self.metrics = metrics
        parameters = ConnectionParameters(settings)
        self.log = log.with("database", .text(parameters?.address ?? "?"))
    }

    /// The connection, while there is one.
    var pipeline: Pipeline? {
        if case .connected(let pipeline) = state { pipeline } else { nil }
    }

    func connect() {
        guard let parameters else { return pause(after: "the URL of the database is not one") }
        let connector = Connector(on: loop, timeout: settings.connectTimeout) { [weak self] result in
            switch result {
            case .success(let connection): self?.use(connection)
            case .failure(let failure): self?.pause(after: failure.reason)
            }
        }
        state = .connecting(connector)
        connector.begin(parameters)
    }

    func close() {
        switch state {
        case .connecting(let connector): connector.cancel()
        case .connected(let pipeline): pipeline.close()
        case .pausing(let timer): timer.cancel()
        case .resting, .closed: break
        }
        state = .closed
    }

    private func use(_ connection: OpaquePointer) {
        let silenceLimit = settings.statementTimeout + settings.patience
        let pipeline = Pipeline(over: connection, on: loop, silenceLimit: silenceLimit, metrics: metrics) {
            [weak self] reason, reads in self?.lose(reason, reads)
        }
        guard pipeline.start() else {
            pipeline.close()
            return pause(after: "the server refuses pipelines")
        }
        state = .connected(pipeline)
        backoff.reset()
        lastFailure = nil
        log.info("database connected")
        onConnected()
    }

    private func lose(_ reason: String, _ reads: [Query]) {
        metrics.lost.increment()
        pause(after: reason)
        onLost(reads)
    }

    /// The same failure is written once, however long it lasts.
    private func pause(after failure: String) {
        if failure != lastFailure { log.warning("database not connected", ["reason": .text(failure)]) }
        lastFailure = failure
        state = .pausing(loop.schedule(after: backoff.next()) { [weak self] in self?.connect() })
    }
}
