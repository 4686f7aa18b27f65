/// The head of a request: its bytes as they came, and where in them everything is. One array for the bytes, one for
/// the index; strings are made only on demand.
package struct RequestHead: Sendable {
    /// The offsets of one header in the bytes.
    struct Field: Sendable {
        var nameStart: UInt16
        var nameCount: UInt16
        var valueStart: UInt16
        var valueCount: UInt16
    }

    let bytes: [UInt8]
    var fields: [Field]
    /// The method; nil if it is not one of ``Method``.
    package let method: Method?
    let path: Range<Int>
    let queryRange: Range<Int>?
    /// HTTP/1.1 rather than 1.0.
    let isVersion11: Bool
    let keepsAlive: Bool
    /// Nil without a Content-Length.
    package let contentLength: Int?
    package let isChunked: Bool

    /// Returns the value of the first header with a name.
    /// - Parameter name: In lower case.
    package func header(_ name: StaticString) -> String? {
        fields.first { isNamed($0, name) }.map { text($0.valueStart, $0.valueCount) }
    }

    /// Returns the values of all headers with a name, in order.
    /// - Parameter name: In lower case.
    package func headers(_ name: StaticString) -> [String] {
        fields.filter { isNamed($0, name) }.map { text($0.valueStart, $0.valueCount) }
    }

    /// Returns the value of a header that a request may have once; nil without it, and if it stands several times,
    /// which makes such a header invalid (RFC 9110, 5.3).
    /// - Parameter name: In lower case.
    func single(_ name: StaticString) -> String? {
        count(of: name) == 1 ? header(name) : nil
    }

    /// Whether the client waits for `100 Continue`, the only defined expectation (RFC 9110, 10.1.1).
    var expectsContinue: Bool { count(of: "expect") > 0 }

    /// Returns the number of headers with a name.
    func count(of name: StaticString) -> Int {
        fields.count { isNamed($0, name) }
    }

    /// The path, still percent-encoded.
    package var rawPath: ArraySlice<UInt8> { bytes[path] }
    /// Calls `body` with the raw path.
    func withPath<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[path])) }
    }

    /// Returns a segment of the path, still percent-encoded; the first has number zero.
    func segment(_ number: Int) -> ArraySlice<UInt8> {
        let places = withPath { path in
            var start = 1
            for _ in 0..<number { start += (path.dropping(start).offset(of: UInt8(ascii: "/")) ?? 0) + 1 }
            let rest = path.dropping(start)
            return start..<start + (rest.offset(of: UInt8(ascii: "/")) ?? rest.count)
        }
        return bytes[path.lowerBound + places.lowerBound..<path.lowerBound + places.upperBound]
    }

    /// The query without the question mark, still percent-encoded.
    package var rawQuery: ArraySlice<UInt8>? { queryRange.map { bytes[$0] } }

    private func text(_ start: UInt16, _ count: UInt16) -> String {
        String(decoding: bytes[Int(start)..<Int(start) + Int(count)], as: UTF8.self)
    }

    private func isNamed(_ field: Field, _ name: StaticString) -> Bool {
        guard Int(field.nameCount) == name.utf8CodeUnitCount else { return false }
        let start = Int(field.nameStart)
        for index in 0..<name.utf8CodeUnitCount where bytes[start + index] | 0x20 != name.utf8Start[index] {
            return false
        }
        return true
    }
}

/// The known request methods. Other methods that llhttp knows get 501, unknown tokens 400. No route has TRACE, which
/// would repeat a request's credentials.
package enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
    case trace = "TRACE"
}
