/// Takes the pieces of a streamed answer. Writing waits while the client is slower than the handler.
///
/// `@unchecked Sendable`: loop-confined, like its connection; handlers run on the loop.
package final class ResponseWriter: @unchecked Sendable {
    /// The client has gone.
    package struct Gone: Error {}

    private weak var connection: Connection?
    private let isChunked: Bool

    init(connection: Connection, isChunked: Bool) {
        self.connection = connection
        self.isChunked = isChunked
    }

    /// Sends a piece; returns when there is room for the next one.
    package func write(_ piece: [UInt8]) async throws {
        guard !piece.isEmpty else { return }
        guard let connection, connection.isOpen else { throw Gone() }
        var framed: [UInt8] = []
        framed.reserveCapacity(piece.count + 16)
        if isChunked { framed += Array(String(piece.count, radix: 16).utf8) + [13, 10] }
        framed += piece
        if isChunked { framed += [13, 10] }
        connection.send(framed)
        await connection.waitForRoom()
        guard connection.isOpen else { throw Gone() }
    }

    func finish() {
        if isChunked { connection?.send(Array("0\r\n\r\n".utf8)) }
    }
}
