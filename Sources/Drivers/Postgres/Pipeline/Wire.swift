internal import CPostgres
internal import Chassis

/// libpq's calls for one connection in pipeline mode. Knows bytes and readiness, nothing of queries.
final class Wire {
    private let connection: OpaquePointer
    private let descriptor: CInt
    private let loop: EventLoop
    private var parameters = ParameterBuffer()
    private var wantsToWrite = false
    /// Whether a call failed: nothing more can be sent.
    private(set) var isBroken = false

    /// The connection is established, and owned from now on.
    init(over connection: OpaquePointer, on loop: EventLoop) {
        self.connection = connection
        self.loop = loop
        descriptor = PQsocket(connection)
    }

    /// - Returns: False when the connection can be no pipeline.
    func open(_ handler: any EventHandler) -> Bool {
        guard PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1 else { return false }
        loop.add(descriptor, handler, for: .readable)
        return true
    }

    func close() {
        loop.remove(descriptor)
        PQfinish(connection)
    }

    // MARK: Sending

    /// - Returns: False, with nothing sent, when a parameter is no text that PostgreSQL can keep.
    func send(_ query: Query) -> Bool {
        guard parameters.load(query.values) else { return false }
        let name = query.statement.name.cString
        check(
            parameters.withPointers { count, values, lengths, formats in
                PQsendQueryPrepared(connection, name, count, values, lengths, formats, 1)
            })
        return true
    }

    func prepare(_ statement: Statement) {
        check(PQsendPrepare(connection, statement.name.cString, statement.sql.cString, 0, nil))
    }

    func removePreparation(of statement: Statement) {
        check(PQsendQueryParams(connection, "DEALLOCATE \"\(statement.name)\"", 0, nil, nil, nil, nil, 0))
    }

    /// Ends a transaction of the pipeline, and writes what has collected.
    func sync() {
        check(PQpipelineSync(connection))
    }

    /// Writes as much as the kernel takes, and comes back for the rest when it takes more.
    func flush() {
        let answer = PQflush(connection)
        isBroken = isBroken || answer < 0
        guard wantsToWrite != (answer > 0) else { return }
        wantsToWrite = answer > 0
        loop.update(descriptor, for: wantsToWrite ? .both : .readable)
    }

    private func check(_ answer: CInt) {
        isBroken = isBroken || answer != 1
    }

    // MARK: Receiving

    /// - Returns: False when the connection is gone.
    func receive() -> Bool {
        guard PQconsumeInput(connection) == 1 else { return false }
        // TLS may have waited for input before it could write.
        if wantsToWrite { flush() }
        return true
    }

    /// Whether the next result is here (or the mark that there is none).
    var hasResult: Bool { PQisBusy(connection) == 0 }

    /// The next result, owned by the caller; nil ends the results of one statement.
    func takeResult() -> OpaquePointer? { PQgetResult(connection) }
}
