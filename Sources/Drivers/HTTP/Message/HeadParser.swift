internal import CLLHTTP
import Glibc

/// Parses complete request heads with llhttp, the parser of Node.js, in strict mode. Also rejects what version 8.1
/// still accepts: request lines that do not end with CRLF or have more than one space between their parts, folded
/// headers, headers without a name, transfer codings other than chunked, several Host headers or none. One per loop; a
/// head is parsed in one call, so no state survives between calls.
final class HeadParser {
    private let settings = UnsafeMutablePointer<llhttp_settings_t>.allocate(capacity: 1)
    private let parser = UnsafeMutablePointer<llhttp_t>.allocate(capacity: 1)
    private let fieldLimit: Int

    init(fieldLimit: Int) {
        self.fieldLimit = fieldLimit
        parser.initialize(to: llhttp_t())
        llhttp_settings_init(settings)
        settings.pointee.on_url = { parser, at, count in
            if let at { HeadParser.progress(parser)?.pointee.setTarget(at, count) }
            return 0
        }
        settings.pointee.on_header_field = { parser, at, count in
            if let at { HeadParser.progress(parser)?.pointee.setName(at, count) }
            return 0
        }
        settings.pointee.on_header_value = { parser, at, count in
            if let at { HeadParser.progress(parser)?.pointee.appendValue(at, count) }
            return 0
        }
        settings.pointee.on_headers_complete = { _ in CInt(HPE_PAUSED.rawValue) }
    }

    deinit {
        settings.deallocate()
        parser.deallocate()
    }

    /// Parses a head.
    /// - Parameter bytes: From the request line to the empty line, at most 65,535 bytes.
    func parse(_ bytes: [UInt8]) throws(HeadError) -> RequestHead {
        llhttp_init(parser, HTTP_REQUEST, settings)
        let parsed = bytes.withUnsafeBytes { raw -> (llhttp_errno_t, HeadProgress)? in
            guard let base = raw.baseAddress?.assumingMemoryBound(to: CChar.self) else { return nil }
            var progress = HeadProgress(base: base, fieldLimit: fieldLimit)
            let result = withUnsafeMutablePointer(to: &progress) { pointer in
                parser.pointee.data = UnsafeMutableRawPointer(pointer)
                return llhttp_execute(parser, base, raw.count)
            }
            return (result, progress)
        }
        guard let (result, progress) = parsed else { throw .malformed }
        if result == HPE_INVALID_VERSION { throw .unknownVersion }
        guard result == HPE_PAUSED || result == HPE_PAUSED_UPGRADE, !progress.isMalformed,
            hasStrictRequestLine(bytes, progress.target)
        else { throw .malformed }
        guard !progress.hasTooManyFields else { throw .tooManyFields }
        return try head(bytes, progress)
    }

    /// Whether a request line is exactly method, space, target, space, version, CRLF (RFC 9112, 3). llhttp skips line
    /// breaks before it and further spaces, and accepts a line feed alone as its end.
    private func hasStrictRequestLine(_ bytes: [UInt8], _ target: Range<Int>) -> Bool {
        let name: StaticString = " HTTP/"
        let end = target.upperBound + name.utf8CodeUnitCount + "1.1".utf8.count
        guard target.lowerBound >= 2, end + 2 <= bytes.count else { return false }
        return bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            return bytes[0] > 0x20 && bytes[target.lowerBound - 1] == 0x20 && bytes[target.lowerBound - 2] != 0x20
                && memcmp(start + target.upperBound, name.utf8Start, name.utf8CodeUnitCount) == 0
                && bytes[end] == 13 && bytes[end + 1] == 10
        }
    }

    private static func progress(_ parser: UnsafeMutablePointer<llhttp_t>?) -> UnsafeMutablePointer<HeadProgress>? {
        parser?.pointee.data?.assumingMemoryBound(to: HeadProgress.self)
    }

    private func head(_ bytes: [UInt8], _ progress: HeadProgress) throws(HeadError) -> RequestHead {
        let parser = parser.pointee
        guard parser.http_major == 1, parser.http_minor <= 1 else { throw .unknownVersion }
        let isChunked = parser.flags & UInt16(F_CHUNKED.rawValue) != 0
        let hasLength = parser.flags & UInt16(F_CONTENT_LENGTH.rawValue) != 0
        guard parser.content_length <= UInt64(Int.max) else { throw .malformed }
        let (path, query) = try splitTarget(progress.target, bytes)
        // RFC 9112, 3.2.4: the asterisk form is for OPTIONS alone.
        guard bytes[path.lowerBound] != UInt8(ascii: "*") || parser.method == HTTP_OPTIONS.rawValue else {
            throw .malformed
        }
        let head = RequestHead(
            bytes: bytes, fields: progress.fields, method: Method(llhttp: parser.method), path: path, queryRange: query,
            isVersion11: parser.http_minor == 1, keepsAlive: llhttp_should_keep_alive(self.parser) != 0,
            contentLength: hasLength ? Int(parser.content_length) : nil, isChunked: isChunked)
        // Asked of the fields: llhttp's flag says nothing of an empty one.
        let codings = head.count(of: "transfer-encoding")
        if codings > 0 {
            guard codings == 1, head.header("transfer-encoding")?.lowercased() == "chunked"
            else { throw .unknownTransferCoding }
            guard isChunked, !hasLength, head.isVersion11 else { throw .malformed }
        }
        let hosts = head.count(of: "host")
        guard hosts == 1 || hosts == 0 && !head.isVersion11 else { throw .malformed }
        return head
    }

    /// Splits a request target (RFC 9112, 3.2) in origin form, absolute form (whose authority is dropped: routes do not
    /// depend on it) or asterisk form.
    private func splitTarget(
        _ target: Range<Int>, _ bytes: [UInt8]
    ) throws(HeadError) -> (path: Range<Int>, query: Range<Int>?) {
        var start = target.lowerBound
        guard !target.isEmpty else { throw .malformed }
        if bytes[start] != UInt8(ascii: "/"), target.count > 1 || bytes[start] != UInt8(ascii: "*") {
            let scheme = Array("://".utf8)
            guard let colon = bytes[target].firstIndex(of: UInt8(ascii: ":")),
                bytes[colon..<target.upperBound].starts(with: scheme),
                let slash = bytes[(colon + 3)..<target.upperBound].firstIndex(of: UInt8(ascii: "/"))
            else { throw .malformed }
            start = slash
        }
        let whole = start..<target.upperBound
        let found = bytes.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[whole]).offset(of: UInt8(ascii: "?")) }
        guard let found else { return (whole, nil) }
        return (start..<start + found, (start + found + 1)..<whole.upperBound)
    }
}

extension Method {
    fileprivate init?(llhttp method: UInt8) {
        switch llhttp_method_t(UInt32(method)) {
        case HTTP_GET: self = .get
        case HTTP_HEAD: self = .head
        case HTTP_POST: self = .post
        case HTTP_PUT: self = .put
        case HTTP_PATCH: self = .patch
        case HTTP_DELETE: self = .delete
        case HTTP_OPTIONS: self = .options
        case HTTP_TRACE: self = .trace
        default: return nil
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The offset of the first occurrence of a byte, or nil.
    func offset(of byte: UInt8) -> Int? {
        guard let start = baseAddress, let found = memchr(start, CInt(byte), count) else { return nil }
        return UnsafeRawPointer(found) - start
    }

    /// The buffer without its first `count` bytes.
    func dropping(_ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[count...])
    }

    /// The offset behind the first empty line; nil if there is none, or a line feed alone before it. Searching line by
    /// line takes a fraction of the time of `memmem`.
    var endOfEmptyLine: Int? {
        var line = 0
        while let end = dropping(line).offset(of: 10) {
            line += end + 1
            if line >= 2, self[line - 2] != 13 { return nil }
            let isEmpty = line + 1 < count && self[line] == 13 && self[line + 1] == 10
            if isEmpty, line >= 2 { return line + 2 }
        }
        return nil
    }
}
