import CLinux
import Glibc

/// A connection to a server on 127.0.0.1. Blocks its caller: use it on threads of your own, one at a time.
package final class ProductConnection {
    /// The connection could not be made, or ended before a whole answer had come.
    package struct Failure: Error {
        /// The step that failed.
        package let step: String
        /// An `errno`; 0 when the server closed the connection.
        package let code: CInt
        /// How much of an answer had come.
        package let received: Int
    }

    private let descriptor: CInt
    private var received: [UInt8] = []
    private static let timeoutSeconds = 30

    /// - Parameter source: The loopback address that the server sees, such as `127.0.0.2`.
    package init(port: Int, from source: String = "127.0.0.1") throws(Failure) {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var timeout = timeval(tv_sec: Self.timeoutSeconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &timeout, socklen_t(MemoryLayout<timeval>.size))
        }
        let isConnected =
            Self.withAddress(source, 0) { bind(descriptor, $0, $1) } == 0
            && Self.withAddress("127.0.0.1", port) { connect(descriptor, $0, $1) } == 0
        guard isConnected else { throw failure("connecting") }
    }

    private static func withAddress(
        _ host: String, _ port: Int, _ call: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                call(address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    deinit {
        close(descriptor)
    }

    /// Sends a request and reads its answer. A server that answers before it has read everything is understood.
    package func exchange(_ request: ProductRequest) throws(Failure) -> ProductAnswer {
        send(request.bytes)
        while true {
            if let end = endOfHead {
                let head = received.prefix(end)
                guard let answer = ProductAnswer(head: head, body: []) else { throw failure("reading the head") }
                if answer.headers["transfer-encoding"] == "chunked", request.method != "HEAD" {
                    received.removeFirst(end + 4)
                    guard let whole = ProductAnswer(head: head, body: try receiveChunks()) else {
                        throw failure("reading the head")
                    }
                    return whole
                }
                let isBare = request.method == "HEAD" || answer.status == 204 || answer.status == 304
                let length = isBare ? 0 : answer.headers["content-length"].flatMap { Int($0) } ?? 0
                while received.count < end + 4 + length { try receive("reading the body") }
                let body = Array(received[(end + 4)..<(end + 4 + length)])
                received.removeFirst(end + 4 + length)
                guard let whole = ProductAnswer(head: head, body: body) else { throw failure("reading the head") }
                return whole
            }
            try receive("waiting for an answer")
        }
    }

    /// Reads the chunks of a body (RFC 9112, 7.1); the product sends neither extensions nor trailers.
    private func receiveChunks() throws(Failure) -> [UInt8] {
        var body: [UInt8] = []
        while true {
            while !received.contains(13) { try receive("reading a chunk's size") }
            let line = received.prefix { $0 != 13 }
            guard let size = Int(String(decoding: line, as: UTF8.self), radix: 16) else {
                throw failure("reading a chunk's size")
            }
            let start = line.count + 2
            while received.count < start + size + 2 { try receive("reading a chunk") }
            body += received[start..<(start + size)]
            received.removeFirst(start + size + 2)
            if size == 0 { return body }
        }
    }

    private var endOfHead: Int? {
        received.withUnsafeBytes { bytes in
            clinux_find(bytes.baseAddress, bytes.count, "\r\n\r\n", 4).flatMap { found in
                bytes.baseAddress.map { found - $0 }
            }
        }
    }

    private func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            // A server that refuses the rest may have answered already.
            guard count > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(0, count))
        }
    }

    private func receive(_ step: String) throws(Failure) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == EINTR { return }
        guard count > 0 else { throw failure(step, isEnd: count == 0) }
        received += buffer.prefix(count)
    }

    private func failure(_ step: String, isEnd: Bool = false) -> Failure {
        Failure(step: step, code: isEnd ? 0 : errno, received: received.count)
    }
}
