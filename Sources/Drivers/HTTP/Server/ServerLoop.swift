internal import CLinux
package import Chassis
import Glibc
import Synchronization

/// The server's part on one event loop: its listeners, connections and their deadlines. Loop thread only.
final class ServerLoop: @unchecked Sendable {
    let loop: EventLoop
    let limits: HTTPLimits
    let handler: Handler
    let onResponse: ResponseObserver
    let metrics: ServerMetrics
    let headParser: HeadParser
    /// The buffer in which a response is serialised; empty between responses.
    let output = OutputBuffer()
    /// Monotonic seconds at the begin of the loop's turn.
    var second: Int { Int(loop.now / 1_000_000_000) }
    /// `Date: …\r\n` and the headers of every response, rendered once a second.
    private(set) var commonLines: [UInt8] = []
    private let constantLines: String
    private(set) var isDraining = false

    /// Nil if addresses have no limit.
    private let peers: PeerConnections?
    private let isProxy: @Sendable (String) -> Bool
    private var listeners: [Listener] = []
    private var connections: [Connection?] = Array(repeating: nil, count: 1024)
    private(set) var connectionCount = 0
    private var wheel = DeadlineWheel()
    private var datedSecond = 0
    private var nextSerial: UInt32 = 0
    private var nextRequestID: UInt64
    private var onDrained: (() -> Void)?

    // `@unchecked Sendable`: made on any thread, then touched by the loop's thread alone.
    init(
        on loop: EventLoop, limits: HTTPLimits, metrics: ServerMetrics, peers: PeerConnections? = nil,
        isProxy: @escaping @Sendable (String) -> Bool = { _ in false },
        commonHeaders: [(name: StaticString, value: String)], onResponse: @escaping ResponseObserver,
        handler: @escaping Handler
    ) {
        constantLines = commonHeaders.map { "\($0.name): \($0.value)\r\n" }.joined()
        self.loop = loop
        self.limits = limits
        self.metrics = metrics
        self.peers = peers
        self.isProxy = isProxy
        self.handler = handler
        self.onResponse = onResponse
        headParser = HeadParser(fieldLimit: limits.headFields)
        nextRequestID = UInt64.random(in: 0 ... .max)
    }

    /// Starts to accept. Takes ownership of the descriptors.
    func start(listening descriptors: [CInt]) {
        wheel.start(at: second)
        listeners = descriptors.map { Listener($0, self) }
        for listener in listeners { listener.open() }
        tick()
    }

    /// Accepts no new connections, completes the requests in progress, and calls `done` when no connection is left.
    func drain(_ done: @escaping () -> Void) {
        for listener in listeners { listener.close() }
        listeners = []
        isDraining = true
        onDrained = done
        for connection in connections { connection?.drain() }
        finishIfDrained()
    }

    func makeRequestID() -> RequestID {
        nextRequestID &+= 1
        return RequestID(nextRequestID)
    }

    // MARK: Connections

    func accept(_ descriptor: CInt, from address: inout sockaddr_storage) {
        guard connectionCount < limits.connections, !isDraining else {
            if !isDraining { metrics.refusedByTotal() }
            close(descriptor)
            return
        }
        let peer = SocketAddress.host(of: &address)
        let peerKey = peers == nil || isProxy(peer) ? 0 : PeerConnections.key(of: &address)
        guard peers?.open(peerKey) ?? true else { return refuse(descriptor) }
        nextSerial &+= 1
        let connection = Connection(descriptor, serial: nextSerial, peer: peer, peerKey: peerKey, server: self)
        let index = Int(descriptor)
        if index >= connections.count {
            connections.append(contentsOf: Array(repeating: nil, count: max(index + 1, connections.count)))
        }
        connections[index] = connection
        connectionCount += 1
        metrics.opened()
        connection.open()
    }

    /// Closes a connection with a response, without waiting for a request: a client over a limit shall cost as little
    /// as possible. The client may see a reset instead, if it sends more than it has sent by now.
    private func refuse(_ descriptor: CInt) {
        metrics.refusedByAddress()
        output.append(literal: "HTTP/1.1 429 Too Many Requests\r\n")
        output.append(commonLines)
        output.append(literal: "Retry-After: 10\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        _ = send(descriptor, output.bytes.baseAddress, output.bytes.count, CInt(MSG_NOSIGNAL))
        output.clear()
        shutdown(descriptor, CInt(SHUT_WR))
        // Closing with unread input would reset the connection at once.
        _ = read(descriptor, loop.scratch.baseAddress, loop.scratch.count)
        close(descriptor)
    }

    func remove(_ connection: Connection) {
        connections[Int(connection.descriptor)] = nil
        peers?.close(connection.peerKey)
        connectionCount -= 1
        metrics.closed()
        finishIfDrained()
    }

    /// Schedules a check of the connection's deadline.
    /// - Returns: The second of the check, which may be earlier.
    func scheduleCheck(_ connection: Connection, until second: Int) -> Int {
        wheel.insert(.init(descriptor: connection.descriptor, serial: connection.serial), at: second)
    }

    private func finishIfDrained() {
        guard isDraining, connectionCount == 0, let done = onDrained else { return }
        onDrained = nil
        done()
    }

    private func tick() {
        guard !isDraining || connectionCount > 0 else { return }
        loop.schedule(after: .milliseconds(500)) { [weak self] in self?.tick() }
        if datedSecond != second {
            datedSecond = second
            commonLines = Array("Date: \(Timestamp.now.httpDate)\r\n\(constantLines)".utf8)
        }
        while let slot = wheel.popSlot(upTo: second) {
            for entry in slot.entries {
                guard let connection = connections[Int(entry.descriptor)], connection.serial == entry.serial else {
                    continue
                }
                connection.deadlineSlotExpired(slot.second)
            }
        }
    }
}

/// The metrics of a server.
package final class ServerMetrics: Sendable {
    private let requests: [Counter]
    private let duration: Histogram
    private let connectionCount: Level
    private let unsentBytes: Level
    private let overAddressLimit: Counter
    private let overTotalLimit: Counter

    package init(_ metrics: Metrics) {
        requests = (1...5).map {
            metrics.counter("http_requests_total", "Responses, by class of status.", ["status": "\($0)xx"])
        }
        duration = metrics.histogram(
            "http_request_seconds", "Time from the end of a request's head to its response, in seconds.")
        let refused = ["address", "total"].map {
            metrics.counter("http_connections_refused_total", "Connections over a limit, by limit.", ["limit": $0])
        }
        (overAddressLimit, overTotalLimit) = (refused[0], refused[1])
        let (connections, unsent) = (Level(), Level())
        (connectionCount, unsentBytes) = (connections, unsent)
        metrics.gauge("http_connections", "Open connections.") { Double(connections.value) }
        metrics.gauge("http_unsent_bytes", "Bytes of responses in memory that wait for slow clients.") {
            Double(unsent.value)
        }
    }

    func opened() { connectionCount.add(1) }
    func closed() { connectionCount.add(-1) }
    func queued(_ count: Int) { unsentBytes.add(count) }
    func refusedByAddress() { overAddressLimit.increment() }
    func refusedByTotal() { overTotalLimit.increment() }

    func responded(_ status: Status, after nanoseconds: UInt64) {
        let index = status.rawValue / 100 - 1
        if requests.indices.contains(index) { requests[index].increment() }
        duration.observe(nanoseconds: nanoseconds)
    }
}

/// A number that rises and falls, on any thread.
private final class Level: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .relaxed) }
    func add(_ amount: Int) { count.wrappingAdd(amount, ordering: .relaxed) }
}
