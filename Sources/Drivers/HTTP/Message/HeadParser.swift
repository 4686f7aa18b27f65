internal import CLLHTTP

/// Reads complete heads with llhttp, the parser of Node.js, compiled in strict mode, and refuses on top what version
/// 8.1 still lets through: folded headers and those without a name, codings other than chunked, several or no Host. One per loop; a head is
/// parsed at one go, so no state survives between calls.
final class HeadParser {
    private let settings = UnsafeMutablePointer<llhttp_settings_t>.allocate(capacity: 1)
    private var parser = llhttp_t()
    private let fieldLimit: Int

    // Filled by the callbacks during one parse.
    private var base: UnsafePointer<CChar>?
    private var fields: [RequestHead.Field] = []
    private var name: (start: Int, count: Int)?
    private var target = 0..<0
    private var isMalformed = false
    private var hasTooManyFields = false

    init(fieldLimit: Int) {
        self.fieldLimit = fieldLimit
        llhttp_settings_init(settings)
        settings.pointee.on_url = { parser, at, count in
            HeadParser.of(parser)?.noteTarget(at, count)
            return 0
        }
        settings.pointee.on_header_field = { parser, at, count in
            HeadParser.of(parser)?.noteName(at, count)
            return 0
        }
        settings.pointee.on_header_value = { parser, at, count in
            HeadParser.of(parser)?.noteValue(at, count)
            return 0
        }
        settings.pointee.on_headers_complete = { _ in CInt(HPE_PAUSED.rawValue) }
    }

    deinit {
        settings.deallocate()
    }

    /// - Parameter bytes: From the first byte of the request line to the empty line, at most 65,535.
    func parse(_ bytes: [UInt8]) throws(HeadError) -> RequestHead {
        fields = []
        fields.reserveCapacity(12)
        name = nil
        isMalformed = false
        hasTooManyFields = false
        llhttp_init(&parser, HTTP_REQUEST, settings)
        parser.data = Unmanaged.passUnretained(self).toOpaque()
        let result = bytes.withUnsafeBytes { raw in
            base = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
            return llhttp_execute(&parser, base, raw.count)
        }
        if result == HPE_INVALID_VERSION { throw .unknownVersion }
        guard result == HPE_PAUSED || result == HPE_PAUSED_UPGRADE, !isMalformed else { throw .malformed }
        guard !hasTooManyFields else { throw .tooManyFields }
        return try head(bytes)
    }

    /// The parser as it stands behind the last head, to go on with the chunks of its body.
    var stateForBody: llhttp_t {
        var copy = parser
        llhttp_resume(&copy)
        return copy
    }

    private func head(_ bytes: [UInt8]) throws(HeadError) -> RequestHead {
        guard parser.http_major == 1, parser.http_minor <= 1 else { throw .unknownVersion }
        let isChunked = parser.flags & UInt16(F_CHUNKED.rawValue) != 0
        let hasLength = parser.flags & UInt16(F_CONTENT_LENGTH.rawValue) != 0
        guard parser.content_length <= UInt64(Int.max) else { throw .malformed }
        let (path, query) = try splitTarget(bytes)
        let head = RequestHead(
            bytes: bytes, fields: fields, method: Method(llhttp: parser.method), path: path, queryRange: query,
            isVersion11: parser.http_minor == 1, keepsAlive: llhttp_should_keep_alive(&parser) != 0,
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

    /// Origin form, absolute form (whose authority is dropped: routes do not depend on it) or `*`.
    private func splitTarget(_ bytes: [UInt8]) throws(HeadError) -> (path: Range<Int>, query: Range<Int>?) {
        var start = target.lowerBound
        guard !target.isEmpty else { throw .malformed }
        if bytes[start] != UInt8(ascii: "/"), target.count > 1 {
            let scheme = Array("://".utf8)
            guard let colon = bytes[target].firstIndex(of: UInt8(ascii: ":")),
                bytes[colon..<target.upperBound].starts(with: scheme),
                let slash = bytes[(colon + 3)..<target.upperBound].firstIndex(of: UInt8(ascii: "/"))
            else { throw .malformed }
            start = slash
        }
        let whole = start..<target.upperBound
        guard let question = bytes[whole].firstIndex(of: UInt8(ascii: "?")) else { return (whole, nil) }
        return (start..<question, (question + 1)..<whole.upperBound)
    }

    // MARK: Callbacks

    private static func of(_ parser: UnsafeMutablePointer<llhttp_t>?) -> HeadParser? {
        parser?.pointee.data.map { Unmanaged<HeadParser>.fromOpaque($0).takeUnretainedValue() }
    }

    private func noteTarget(_ at: UnsafePointer<CChar>?, _ count: Int) {
        guard let at, let base else { return }
        target = (at - base)..<(at - base + count)
    }

    private func noteName(_ at: UnsafePointer<CChar>?, _ count: Int) {
        guard let at, let base, count > 0 else {
            isMalformed = true
            return
        }
        name = (at - base, count)
    }

    private func noteValue(_ at: UnsafePointer<CChar>?, _ count: Int) {
        // A second value for one name is a folded line, and so is a value that is not on the line of its name; an empty
        // one is told where the next line begins.
        guard let at, let base, let name,
            !hasLineBreak(base + name.start + name.count, count == 0 ? at - 2 : at)
        else {
            isMalformed = true
            return
        }
        self.name = nil
        guard fields.count < fieldLimit else {
            hasTooManyFields = true
            return
        }
        var end = count
        while end > 0, at[end - 1] == 0x20 || at[end - 1] == 0x09 { end -= 1 }
        fields.append(
            RequestHead.Field(
                nameStart: UInt16(name.start), nameCount: UInt16(name.count), valueStart: UInt16(at - base),
                valueCount: UInt16(end)))
    }
}

private func hasLineBreak(_ start: UnsafePointer<CChar>, _ end: UnsafePointer<CChar>) -> Bool {
    var at = start
    while at < end {
        if at.pointee == 13 || at.pointee == 10 { return true }
        at += 1
    }
    return false
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
        default: return nil
        }
    }
}
