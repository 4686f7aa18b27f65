internal import CPostgres
internal import Chassis

/// The libpq calls of one connection in pipeline mode: sending, flushing, receiving.
final class LibpqConnection {
    private let connection: OpaquePointer
    private let descriptor: CInt
    private let loop: EventLoop
    private var parameters = ParameterBuffer()
    private var isWriteBlocked = false
    /// Whether a call failed; nothing more can be sent.
    private(set) var isBroken = false

    /// Takes ownership of an established connection.
    init(over connection: OpaquePointer, on loop: EventLoop) {
        self.connection = connection
        self.loop = loop
        descriptor = PQsocket(connection)
    }

    /// Enters pipeline mode.
    /// - Returns: False if libpq refuses.
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

    /// - Returns: False, with nothing sent, if a text parameter holds U+0000.
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

    /// Sends a Sync, which ends the pipeline's transaction, and flushes.
    func sync() {
        check(PQpipelineSync(connection))
    }

    /// Writes as much as the socket accepts; the rest follows when it is writable.
    func flush() {
        let status = PQflush(connection)
        isBroken = isBroken || status < 0
        guard isWriteBlocked != (status > 0) else { return }
        isWriteBlocked = status > 0
        loop.update(descriptor, for: isWriteBlocked ? .both : .readable)
    }

    private func check(_ status: CInt) {
        isBroken = isBroken || status != 1
    }

    // MARK: Receiving

    /// Reads available input.
    /// - Returns: False if the connection is lost.
    func receive() -> Bool {
        guard PQconsumeInput(connection) == 1 else { return false }
        // TLS may need input before it can write.
        if isWriteBlocked { flush() }
        return true
    }

    /// Whether the next result (or null result) has arrived.
    var hasResult: Bool { PQisBusy(connection) == 0 }

    /// Returns the next result, owned by the caller; nil ends the results of one statement.
    func takeResult() -> OpaquePointer? { PQgetResult(connection) }
}
