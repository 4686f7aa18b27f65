internal import CLinux
import Glibc

/// A client that keeps its connection and reads of an answer what it is asked for, so that thousands of requests a
/// second leave the processor to the product. Blocks: use it on a thread of its own, one request at a time.
package final class KeepAliveClient {
    /// An answer with a `Content-Length`, as every JSON of the product has.
    package struct Answer: Sendable {
        package let status: Int
        fileprivate let head: [UInt8]
        /// As it came.
        package let body: [UInt8]

        /// Whether it says when to try again.
        package var hasRetryAfter: Bool { position(of: "\r\nRetry-After: ", in: head) != nil }

        /// The first member of that name in the body whose value is a text without escapes.
        package func text(_ member: String) -> String? {
            let needle = "\"\(member)\":\""
            guard let found = position(of: needle, in: body) else { return nil }
            return String(decoding: body[(found + needle.utf8.count)...].prefix { $0 != 34 }, as: UTF8.self)
        }
    }

    private let socket: BlockingSocket
    /// Whether the server closes it after the last answer.
    package private(set) var isClosing = false

    /// Connects to a server on 127.0.0.1.
    /// - Parameter seconds: How long a part of an answer may take.
    package init(port: Int, seconds: Int) throws(BlockingSocket.Failure) {
        socket = try BlockingSocket(port: port, seconds: seconds)
    }

    /// Sends a request and waits for its answer.
    /// - Throws: When the connection ends or the server is silent for too long.
    package func exchange(
        _ method: String, _ path: String, json: String?, token: String?
    ) throws(BlockingSocket.Failure) -> Answer {
        var request = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        if let token { request += "Authorization: Bearer \(token)\r\n" }
        if let json { request += "Content-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n" }
        request += "\r\n"
        if let json { request += json }
        try socket.send(Array(request.utf8))
        var received = try receive()
        while true {
            if let end = position(of: "\r\n\r\n", in: received) {
                let head = Array(received[..<(end + 2)])
                let whole = end + 4 + (number(behind: "\r\nContent-Length: ", in: head) ?? 0)
                while received.count < whole { received += try receive() }
                isClosing = position(of: "\r\nConnection: close", in: head) != nil
                return Answer(
                    status: number(behind: "HTTP/1.1 ", in: head) ?? 0, head: head,
                    body: Array(received[(end + 4)..<whole]))
            }
            received += try receive()
        }
    }

    private func receive() throws(BlockingSocket.Failure) -> [UInt8] {
        let bytes = try socket.receive()
        guard !bytes.isEmpty else { throw .system(ECONNRESET) }
        return bytes
    }
}

private func position(of text: String, in bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBytes { hay in
        guard let start = hay.baseAddress else { return nil }
        return clinux_find(start, hay.count, text, text.utf8.count).map { $0 - start }
    }
}

private func number(behind text: String, in bytes: [UInt8]) -> Int? {
    guard let found = position(of: text, in: bytes) else { return nil }
    var value = 0
    for byte in bytes[(found + text.utf8.count)...] {
        guard (48...57).contains(byte) else { break }
        value = value * 10 + Int(byte - 48)
    }
    return value
}
