import Chassis

/// Maintains one connection to Redis: resolves, connects, and reconnects with backoff after a loss. Loop thread only.
final class RedisLink {
    let loop: EventLoop
    let settings: RedisSettings
    let failedSends = Counter()
    /// Called for every new connection as soon as it is ready.
    var onReady: ((RedisConnection) -> Void)?

    private let name: String
    private let log: Log
    private var current: RedisConnection?
    private var untriedAddresses: ArraySlice<String> = []
    private var delay = ReconnectDelay()
    private var retry: LoopTimer?
    private var readySince: UInt64 = 0
    private var isRunning = false
    private var closing: [UnsafeContinuation<Void, Never>] = []
    private var lastReportedLoss: ConnectionLoss?
    /// Whether the last connection ended because the server is a read-only replica.
    private(set) var isReadOnly = false

    /// - Parameter role: The purpose of the connection; with the loop's name it is the client name in `CLIENT LIST`.
    init(on loop: EventLoop, settings: RedisSettings, role: String, log: Log) {
        self.loop = loop
        self.settings = settings
        name = "\(loop.name)-\(role)".asClientName
        self.log = log.with("role", .text(role)).with("address", .text(settings.endpoint.description))
    }

    /// The connection, if commands can be sent on it.
    var ready: RedisConnection? {
        guard let current, current.isReady else { return nil }
        return current
    }

    func start() {
        assert(loop.isCurrent, "a link is used on its loop only")
        isRunning = true
        connect()
    }

    /// Waits for pending replies, disconnects, and does not reconnect.
    func close() async {
        assert(loop.isCurrent, "a link is used on its loop only")
        isRunning = false
        retry?.cancel()
        guard let current else { return }
        await withUnsafeContinuation { continuation in
            closing.append(continuation)
            current.drain(.closed)
        }
    }

    // MARK: Connecting

    private func connect() {
        switch settings.endpoint {
        case .socket: open(settings.endpoint)
        case .host(let host, let port):
            if let address = untriedAddresses.popFirst() {
                open(.host(address, port: port))
                return
            }
            HostAddresses.find(host, on: loop) { addresses in
                guard self.isRunning else { return }
                self.untriedAddresses = addresses[...]
                if let address = self.untriedAddresses.popFirst() {
                    self.open(.host(address, port: port))
                } else {
                    self.report(.failed("no such host"))
                    self.connectLater()
                }
            }
        }
    }

    private func open(_ endpoint: RedisEndpoint) {
        let connection = RedisConnection(on: loop, settings: settings, failedSends: failedSends)
        current = connection
        connection.onReady = { [unowned connection] in self.connectionReady(connection) }
        connection.onEnd = { self.connectionEnded($0) }
        connection.open(endpoint, name: name)
    }

    private func connectLater() {
        retry = loop.schedule(after: delay.next()) { self.connect() }
    }

    // MARK: Connection events

    private func connectionReady(_ connection: RedisConnection) {
        readySince = loop.now
        // A replica accepts every connection and ends it with the first write: one line is enough.
        if !isReadOnly {
            lastReportedLoss = nil
            log.info("connected to Redis", ["run_id": .text(connection.runID)])
        }
        onReady?(connection)
    }

    private func connectionEnded(_ loss: ConnectionLoss) {
        let wasReady = readySince != 0
        // A connection that is lost right after connecting (to a replica, say) must not reconnect in a tight loop.
        let wasStable = wasReady && loop.now &- readySince > ReconnectDelay.longest.nanoseconds
        readySince = 0
        current = nil
        guard isRunning else {
            for continuation in closing { continuation.resume() }
            closing = []
            return
        }
        isReadOnly = loss == .readOnly
        if wasStable {
            delay.reset()
            lastReportedLoss = nil
        }
        report(loss)
        if wasReady { untriedAddresses = [] }
        if untriedAddresses.isEmpty { connectLater() } else { connect() }
    }

    /// Logs a loss once per outage, and again when its reason changes.
    private func report(_ loss: ConnectionLoss) {
        guard isRunning, loss != lastReportedLoss, loss != .cancelled else { return }
        lastReportedLoss = loss
        switch loss {
        case .refused(let failure) where failure.isAboutCredentials:
            log.error("Redis rejected the credentials", ["reason": .text(failure.message)])
        case .refused(let failure):
            log.error("Redis rejected the connection", ["reason": .text(failure.message)])
        default:
            log.warning("Redis unavailable, retrying", ["reason": .text(loss.description)])
        }
    }
}

extension RedisFailure {
    fileprivate var isAboutCredentials: Bool {
        code == "WRONGPASS" || code == "NOAUTH" || message.hasPrefix("ERR AUTH") || message == "ERR invalid password"
    }
}

extension String {
    /// The text as a client name: CLIENT SETNAME accepts no spaces and no control characters.
    fileprivate var asClientName: String {
        String(decoding: utf8.map { (0x21...0x7e).contains($0) ? $0 : UInt8(ascii: "-") }, as: UTF8.self)
    }
}

/// The backoff before reconnecting: 20 ms, doubled up to one second, of which a random half is jitter, so that the
/// clients of a restarted server do not reconnect simultaneously.
struct ReconnectDelay {
    static let longest: Duration = .seconds(1)
    private static let shortest: Duration = .milliseconds(20)
    private var ceiling = shortest

    mutating func next() -> Duration {
        defer { ceiling = min(ceiling * 2, Self.longest) }
        return ceiling * Double.random(in: 0.5...1)
    }

    mutating func reset() {
        ceiling = Self.shortest
    }
}
