/// A response. The server adds Content-Length, Date, Connection and the framing.
package struct Response: Sendable {
    package var status: Status
    /// Names in their usual spelling. A header whose value holds a line break is omitted.
    package var headers: [(name: StaticString, value: String)] = []
    package var body: ResponseBody

    package init(_ status: Status, headers: [(name: StaticString, value: String)] = [], body: ResponseBody = .none) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Returns a response in JSON.
    package static func json(
        _ status: Status, _ bytes: [UInt8], headers: [(name: StaticString, value: String)] = []
    ) -> Response {
        Response(status, headers: headers, body: .bytes(bytes, type: "application/json; charset=utf-8"))
    }

    /// Returns a response in plain text.
    package static func text(_ status: Status, _ text: String, type: StaticString = "text/plain; charset=utf-8")
        -> Response
    {
        Response(status, body: .bytes(Array(text.utf8), type: type))
    }

    /// Returns a copy with one more header.
    package func with(_ name: StaticString, _ value: String) -> Response {
        var copy = self
        copy.headers.append((name, value))
        return copy
    }
}

/// A status code with its reason phrase (RFC 9110, 15).
package struct Status: RawRepresentable, Hashable, Sendable, ExpressibleByIntegerLiteral {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }
    package init(integerLiteral value: Int) { rawValue = value }

    /// For humans; programs read the code.
    package var phrase: StaticString {
        switch rawValue {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 302: "Found"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 416: "Range Not Satisfiable"
        case 423: "Locked"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 460: "Checksum Mismatch"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Status"
        }
    }
}

/// The content of a response.
package enum ResponseBody: Sendable {
    case none
    /// - Parameter type: The Content-Type.
    case bytes([UInt8], type: StaticString)
    /// A range of an open file, sent with `sendfile`. The file closes with its last reference.
    case file(OpenFile, Range<Int>, type: String)
    /// Several ranges of an open file, each behind bytes from memory.
    case parts(OpenFile, [FilePart], type: String)
    /// Written piece by piece: exactly so many bytes, else the connection is reset.
    case sized(Int, type: String, @Sendable (ResponseWriter) async throws -> Void)
    /// Written piece by piece, with chunked transfer coding.
    case stream(type: String, @Sendable (ResponseWriter) async throws -> Void)
}

/// Writes a streamed response. Writing waits while the client is slower than the handler.
///
/// `@unchecked Sendable`: loop-confined, like its connection; handlers run on the loop.
package final class ResponseWriter: @unchecked Sendable {
    /// The client has disconnected.
    package struct Disconnected: Error {}
    /// A piece exceeds the declared length.
    struct TooLong: Error {}

    private weak var connection: Connection?
    private let isChunked: Bool
    /// How many bytes are missing; nil if the length is not declared.
    private var left: Int?

    /// - Parameter length: The declared length; nil for a stream that ends with its last chunk or the connection.
    init(connection: Connection, length: Int?, isChunked: Bool) {
        self.connection = connection
        self.isChunked = isChunked
        left = length
    }

    /// Whether no declared byte is missing.
    var isComplete: Bool { left ?? 0 == 0 }

    /// Sends a piece; returns when the next one may be written.
    package func write(_ piece: [UInt8]) async throws {
        guard !piece.isEmpty else { return }
        guard let connection, connection.isOpen else { throw Disconnected() }
        if let left {
            guard piece.count <= left else { throw TooLong() }
            self.left = left - piece.count
        }
        var framed: [UInt8] = []
        framed.reserveCapacity(piece.count + 16)
        if isChunked { framed += Array(String(piece.count, radix: 16).utf8) + [13, 10] }
        framed += piece
        if isChunked { framed += [13, 10] }
        connection.send(framed)
        await connection.waitUntilSent()
        guard connection.isOpen else { throw Disconnected() }
    }

    func finish() {
        if isChunked { connection?.send(Array("0\r\n\r\n".utf8)) }
    }
}
