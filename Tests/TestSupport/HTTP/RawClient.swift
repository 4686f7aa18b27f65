import Chassis
import Synchronization

/// A client that sends exactly the bytes that a test wants. Calls wait on threads of their own.
package final class RawClient: Sendable {
    /// The socket itself, for work that has a thread already.
    package let socket: BlockingSocket
    private let unread = Mutex<[UInt8]>([])

    /// Connects to 127.0.0.1.
    /// - Parameters:
    ///   - seconds: How long one call may wait for the server.
    ///   - receiveBuffer: Bytes that the kernel may keep while the client does not read; nil for its own choice.
    package init(port: Int, seconds: Int = 20, receiveBuffer: Int? = nil) throws {
        socket = try BlockingSocket(port: port, seconds: seconds, receiveBuffer: receiveBuffer)
    }

    package func send(_ bytes: [UInt8]) async throws {
        try await onOwnThread { [socket] in try socket.send(bytes) }
    }

    package func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    /// Reads the next response.
    /// - Parameter hasBody: False for the response to a HEAD.
    package func response(hasBody: Bool = true) async throws -> HTTPAnswer {
        try await read { try $0.next(hasBody: hasBody) }
    }

    /// Reads the next responses, in order.
    package func responses(_ count: Int) async throws -> [HTTPAnswer] {
        try await read { reader in
            var responses: [HTTPAnswer] = []
            while responses.count < count { responses.append(try reader.next(hasBody: true)) }
            return responses
        }
    }

    /// Everything until the server closes.
    /// - Throws: ``BlockingSocket/Failure`` when it does not, or resets the connection.
    package func readToEnd() async throws -> [UInt8] {
        try await read { try $0.readToEnd() }
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (inout HTTPAnswerReader) throws -> Value
    ) async throws -> Value {
        try await onOwnThread { [self] in
            var reader = HTTPAnswerReader(socket, buffer: unread.withLock { $0 })
            let value = try body(&reader)
            unread.withLock { [rest = reader.rest] in $0 = rest }
            return value
        }
    }
}

/// Runs work that blocks on a thread that exists for it alone, so that any number of clients may wait at once.
package func onOwnThread<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withUnsafeThrowingContinuation { continuation in
        startThread(named: "test-client") { continuation.resume(with: Result { try work() }) }
    }
}
