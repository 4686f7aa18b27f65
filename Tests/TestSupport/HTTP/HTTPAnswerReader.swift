internal import CLinux

/// Reads one answer after the other from a socket; blocks.
struct HTTPAnswerReader {
    /// What came is no answer, or only a part of one.
    struct Incomplete: Error {
        let received: [UInt8]
    }

    private let socket: BlockingSocket
    private var buffer: [UInt8]

    /// - Parameter buffer: What was received and not read before.
    init(_ socket: BlockingSocket, buffer: [UInt8]) {
        self.socket = socket
        self.buffer = buffer
    }

    /// What was received behind the last answer.
    var rest: [UInt8] { buffer }

    /// - Parameter hasBody: False for the answer to a HEAD.
    mutating func next(hasBody: Bool) throws -> HTTPAnswer {
        let lines = try String(decoding: readHead(), as: UTF8.self).split(separator: "\r\n")
        let statusLine = lines.first?.split(separator: " ") ?? []
        guard statusLine.count >= 2, statusLine[0] == "HTTP/1.1", let status = Int(statusLine[1]) else {
            throw Incomplete(received: buffer)
        }
        let headers = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (name: String(line[..<colon]), value: String(line[colon...].dropFirst(2)))
        }
        let bare = HTTPAnswer(status: status, headers: headers, body: [])
        guard hasBody, status >= 200, status != 204, status != 304 else { return bare }
        return HTTPAnswer(status: status, headers: headers, body: try readBody(of: bare))
    }

    /// Everything until the server closes.
    mutating func readToEnd() throws -> [UInt8] {
        while try readMore() {}
        return take(buffer.count)
    }

    private mutating func readBody(of head: HTTPAnswer) throws -> [UInt8] {
        if head.header("transfer-encoding") == "chunked" { return try readChunks() }
        guard let length = head.header("content-length").flatMap({ Int($0) }) else { return try readToEnd() }
        return try read(length)
    }

    private mutating func readChunks() throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let line = try readLine()
            guard let size = Int(line, radix: 16) else { throw Incomplete(received: buffer) }
            body += try read(size)
            guard try readLine().isEmpty else { throw Incomplete(received: buffer) }
            if size == 0 { return body }
        }
    }

    private mutating func readHead() throws -> [UInt8] {
        while true {
            let end = buffer.withUnsafeBytes { bytes in
                bytes.baseAddress.flatMap { start in
                    clinux_find(start, bytes.count, "\r\n\r\n", 4).map { $0 - start + 4 }
                }
            }
            if let end { return take(end) }
            guard try readMore() else { throw Incomplete(received: buffer) }
        }
    }

    private mutating func readLine() throws -> String {
        while true {
            if let end = buffer.firstIndex(of: 10) { return String(decoding: take(end + 1).dropLast(2), as: UTF8.self) }
            guard try readMore() else { throw Incomplete(received: buffer) }
        }
    }

    private mutating func read(_ count: Int) throws -> [UInt8] {
        while buffer.count < count {
            guard try readMore() else { throw Incomplete(received: buffer) }
        }
        return take(count)
    }

    private mutating func take(_ count: Int) -> [UInt8] {
        let taken = Array(buffer[..<count])
        buffer.removeFirst(count)
        return taken
    }

    private mutating func readMore() throws -> Bool {
        let more = try socket.receive()
        buffer += more
        return !more.isEmpty
    }
}
