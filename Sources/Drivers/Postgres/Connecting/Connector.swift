internal import CPostgres
internal import Chassis

/// One attempt to connect. It never blocks the loop: the host's name is resolved on a thread of its own (libpq does
/// that inside PQconnectStart), everything after that by readiness.
final class Connector: EventHandler {
    /// Why an attempt failed, without any secret.
    struct Failure: Error {
        let reason: String
    }

    private let loop: EventLoop
    private let timeout: Duration
    private var completion: ((Result<OpaquePointer, Failure>) -> Void)?
    private var connection: OpaquePointer?
    private var descriptor: CInt = -1
    private var timer: LoopTimer?

    /// The completion is called once, on the loop, unless the attempt is cancelled; it owns the connection.
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
        timer = loop.schedule(after: timeout) { [weak self] in self?.fail("no answer in time") }
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

    /// libpq may have replaced its socket by another one, even under the same number, so every step watches afresh.
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

/// A connection on its way from the thread that began it to the loop.
///
/// `@unchecked Sendable`: only one of the two uses it at a time; the first lets go of it by sending it.
private struct StartedConnection: @unchecked Sendable {
    let pointer: OpaquePointer?
}

/// How long to wait before connecting again: 50 ms at first, doubled with every failure up to 2 s, and half of it by
/// chance, so that all the loops of all the processes do not come back in the same moment.
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

/// Why libpq could not connect, on one line. Only for a connection that has run nothing yet: later, libpq's messages
/// repeat the server's, and those may hold values.
func libpqMessage(of connection: OpaquePointer?) -> String {
    let text = PQerrorMessage(connection).map { String(cString: $0) } ?? "out of memory"
    return text.split(separator: "\n").joined(separator: " ")
}
