/// An answer. Content-Length, Date, Connection and the framing are the server's business.
package struct Response: Sendable {
    package var status: Status
    /// Names in their customary spelling. Values must hold no line breaks; those that do are left out.
    package var headers: [(name: StaticString, value: String)] = []
    package var body: ResponseBody

    package init(_ status: Status, headers: [(name: StaticString, value: String)] = [], body: ResponseBody = .none) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer in JSON.
    package static func json(
        _ status: Status, _ bytes: [UInt8], headers: [(name: StaticString, value: String)] = []
    ) -> Response {
        Response(status, headers: headers, body: .bytes(bytes, type: "application/json; charset=utf-8"))
    }

    /// An answer in plain text.
    package static func text(_ status: Status, _ text: String, type: StaticString = "text/plain; charset=utf-8")
        -> Response
    {
        Response(status, body: .bytes(Array(text.utf8), type: type))
    }

    /// The same with one header more.
    package func with(_ name: StaticString, _ value: String) -> Response {
        var copy = self
        copy.headers.append((name, value))
        return copy
    }
}
