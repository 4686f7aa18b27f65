internal import CPostgres
internal import Chassis

/// One attempt to connect. It never blocks the loop: PQconnectStart, which resolves the host name, runs on its own
/// thread; the rest is driven by readiness events.
final class Connector: EventHandler {
    /// The reason why an attempt failed; holds no secret.
    struct Failure: Error {
        let reason: String
    }

    private let loop: EventLoop
    private let timeout: Duration
    private var completion: ((Result<OpaquePointer, Failure>) -> Void)?
    private var connection: OpaquePointer?
    private var descriptor: CInt = -1
    private var timer: LoopTimer?

    /// - Parameter completion: Called once, on the loop, unless the attempt is cancelled; owns the connection.
    init(on loop: EventLoop, timeout: Duration, completion: @escaping (Result<OpaquePointer, Failure>) -> Void) {
        self.loop = loop
        self.timeout = timeout
        self.completion = completion
    }

    func begin(_ parameters: ConnectionParameters) {
        let bound = LoopBound(self, on: loop)
        let loop = loop
        startThread(named: "pg-connect") {
            let started = StartedConnection(pointer: parameters.start())
            loop.post { bound.value.proceed(with: started.pointer) }
        }
    }

    func cancel() {
        completion = nil
        abandon()
    }

    func handle(_ events: EventSet) {
        advance()
    }

    private func proceed(with started: OpaquePointer?) {
        guard completion != nil else {
            PQfinish(started)
            return
        }
        connection = started
        guard PQstatus(started) != CONNECTION_BAD else { return fail(libpqMessage(of: started)) }
        PQsetNoticeReceiver(started, { _, _ in }, nil)
        timer = loop.schedule(after: timeout) { [weak self] in self?.fail("timed out") }
        watch(for: .writable)
    }

    private func advance() {
        unwatch()
        switch PQconnectPoll(connection) {
        case PGRES_POLLING_READING: watch(for: .readable)
        case PGRES_POLLING_WRITING: watch(for: .writable)
        case PGRES_POLLING_OK: succeed()
        default: fail(libpqMessage(of: connection))
        }
    }

    /// Registers the socket again at every step: libpq may have replaced it, even with the same descriptor number.
    private func watch(for events: EventSet) {
        descriptor = PQsocket(connection)
        loop.add(descriptor, self, for: events)
    }

    private func unwatch() {
        guard descriptor >= 0 else { return }
        loop.remove(descriptor)
        descriptor = -1
    }

    private func succeed() {
        timer?.cancel()
        guard let connection else { return }
        self.connection = nil
        finish(.success(connection))
    }

    private func fail(_ reason: String) {
        abandon()
        finish(.failure(Failure(reason: reason)))
    }

    private func abandon() {
        timer?.cancel()
        unwatch()
        PQfinish(connection)
        connection = nil
    }

    private func finish(_ result: Result<OpaquePointer, Failure>) {
        let completion = completion
        self.completion = nil
        completion?(result)
    }
}

/// A connection handed from the connecting thread to the loop.
///
/// `@unchecked Sendable`: the thread does not use it after handing it over.
private struct StartedConnection: @unchecked Sendable {
    let pointer: OpaquePointer?
}

/// The delay before reconnecting: 50 ms at first, doubled with every failure up to 2 s, half of it random, so that the
/// loops of all processes do not reconnect at the same moment.
struct Backoff {
    private static let first = 50.0
    private static let most = 2_000.0
    private var milliseconds = first

    mutating func next() -> Duration {
        defer { milliseconds = min(milliseconds * 2, Self.most) }
        return .milliseconds(Int(Double.random(in: milliseconds / 2...milliseconds)))
    }

    mutating func reset() {
        milliseconds = Self.first
    }
}

/// libpq's error message on one line. Only for a connection that has run no query: later, libpq's messages repeat the
/// server's, which may hold values.
func libpqMessage(of connection: OpaquePointer?) -> String {
    let text = PQerrorMessage(connection).map { String(cString: $0) } ?? "out of memory"
    return text.split(separator: "\n").joined(separator: " ")
}
