/// A request to the product over HTTP.
package struct ProductRequest: Sendable {
    package var method: String
    package var path: String
    package var headers: [String: String]
    package var body: [UInt8]?

    package init(_ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8]? = nil) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
    }

    /// As it goes over the wire to a server on 127.0.0.1.
    var bytes: [UInt8] {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + (body ?? [])
    }
}
