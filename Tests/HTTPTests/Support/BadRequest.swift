import Testing

/// A malformed request with the name of its flaw.
struct BadRequest: Sendable, CustomTestStringConvertible {
    let flaw: String
    let bytes: [UInt8]

    var testDescription: String { flaw }

    init(_ flaw: String, _ text: String) {
        self.flaw = flaw
        bytes = Array(text.utf8)
    }

    /// A GET with these lines after its Host.
    static func head(_ flaw: String, _ lines: String) -> BadRequest {
        BadRequest(flaw, "GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n")
    }

    /// A POST with these lines after its Host, and with a body.
    static func body(_ flaw: String, _ lines: String, _ body: String = "0\r\n\r\n") -> BadRequest {
        BadRequest(flaw, "POST / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n\(body)")
    }

    /// A POST with a chunked body.
    static func chunks(_ flaw: String, _ body: String) -> BadRequest {
        .body(flaw, "Transfer-Encoding: chunked", body)
    }
}
