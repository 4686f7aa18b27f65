internal import CLinux

/// A streaming reader of `multipart/form-data` (RFC 7578): part by part, piece by piece, in memory that does not grow
/// with the size of a file.
package struct MultipartReader {
    private let body: RequestBody
    private let limit: Int
    private var byteCount = 0
    private let delimiter: [UInt8]
    // Begins with CRLF, so that a boundary at the very start is found like any other.
    private var buffer: [UInt8] = [13, 10]
    private var start = 0
    private var isInPart = true
    private var isFinished = false
    private var partCount = 0

    /// - Parameters:
    ///   - request: The request whose body is read.
    ///   - limit: Bytes of the whole body, boundaries, preamble and epilogue included; beyond it reading throws
    ///     ``RequestBody/Failure/tooLarge(limit:)``.
    /// - Throws: ``MultipartError/notMultipart``.
    package init(_ request: Request, limit: Int = .max) throws(MultipartError) {
        guard let boundary = Self.boundary(of: request.head.header("content-type") ?? "") else { throw .notMultipart }
        body = request.body
        self.limit = limit
        delimiter = Array("\r\n--\(boundary)".utf8)
    }

    /// Returns the next part and skips the rest of the previous one; nil after the last.
    package mutating func nextPart() async throws -> MultipartPart? {
        while try await nextPiece() != nil {}
        guard !isFinished else { return nil }
        try await need(2)
        if buffer[start] == UInt8(ascii: "-"), buffer[start + 1] == UInt8(ascii: "-") {
            isFinished = true
            // The epilogue is no part; reading it keeps the connection alive.
            while try await nextOfBody() != nil {}
            return nil
        }
        partCount += 1
        guard partCount <= 32 else { throw MultipartError.tooManyParts }
        let head = try await readHead()
        isInPart = true
        return try MultipartPart(head: head)
    }

    /// Returns the next piece of the current part; nil at its end.
    package mutating func nextPiece() async throws -> ArraySlice<UInt8>? {
        while isInPart {
            if let found = find(delimiter) {
                let piece = buffer[start..<found]
                start = found + delimiter.count
                isInPart = false
                return piece.isEmpty ? nil : piece
            }
            // The tail may be the start of a delimiter.
            let safe = buffer.count - delimiter.count + 1
            if safe > start {
                let piece = buffer[start..<safe]
                start = safe
                return piece
            }
            try await readMore()
        }
        return nil
    }

    /// Reads the rest of the current part as text.
    /// - Throws: ``RequestBody/Failure/tooLarge(limit:)``.
    package mutating func text(limit: Int = 65_536) async throws -> String {
        var bytes: [UInt8] = []
        while let piece = try await nextPiece() {
            guard bytes.count + piece.count <= limit else { throw RequestBody.Failure.tooLarge(limit: limit) }
            bytes += piece
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Skips white space behind a boundary, which gateways add (RFC 2046, 5.1.1).
    private mutating func skipPadding() async throws {
        var skipped = 0
        while buffer[start] == 0x20 || buffer[start] == 0x09 {
            start += 1
            skipped += 1
            guard skipped <= 1_024 else { throw MultipartError.malformed }
            try await need(2)
        }
    }

    private mutating func readHead() async throws -> ArraySlice<UInt8> {
        try await skipPadding()
        guard buffer[start] == 13, buffer[start + 1] == 10 else { throw MultipartError.malformed }
        // The CRLF of the boundary stays, so that a part without headers ends immediately.
        while true {
            let end = find([13, 10, 13, 10])
            guard (end ?? buffer.count) - start <= 8_192 else { throw MultipartError.tooManyParts }
            if let end {
                let head = buffer[(start + 2)..<max(start + 2, end)]
                start = end + 4
                return head
            }
            try await readMore()
        }
    }

    private mutating func need(_ count: Int) async throws {
        while buffer.count - start < count { try await readMore() }
    }

    private mutating func readMore() async throws {
        guard let piece = try await nextOfBody() else { throw MultipartError.malformed }
        buffer.removeSubrange(0..<start)
        start = 0
        buffer += piece
    }

    private mutating func nextOfBody() async throws -> [UInt8]? {
        guard let piece = try await body.next() else { return nil }
        byteCount += piece.count
        guard byteCount <= limit else { throw RequestBody.Failure.tooLarge(limit: limit) }
        return piece
    }

    private func find(_ needle: [UInt8]) -> Int? {
        buffer.withUnsafeBytes { hay in
            guard let base = hay.baseAddress, hay.count > start else { return nil }
            return needle.withUnsafeBytes { needle in
                clinux_find(base + start, hay.count - start, needle.baseAddress, needle.count).map { $0 - base }
            }
        }
    }

    /// Returns the boundary of a Content-Type: 1 to 70 characters of a fixed set, the last one no space (RFC 2046,
    /// 5.1.1). Clients use other visible characters too.
    private static func boundary(of contentType: String) -> String? {
        let parameters = HeaderParameters(contentType, quoting: .header)
        guard parameters.value == "multipart/form-data", let value = parameters["boundary"],
            (1...70).contains(value.utf8.count), value.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }),
            value.utf8.last != 0x20
        else { return nil }
        return value
    }
}

/// The reason why a multipart body cannot be read.
package enum MultipartError: Error, Equatable {
    /// The Content-Type is not `multipart/form-data` with a boundary.
    case notMultipart
    /// The body violates RFC 7578 or ends early.
    case malformed
    /// More than 32 parts, or a part's head over 8 KiB.
    case tooManyParts
}
