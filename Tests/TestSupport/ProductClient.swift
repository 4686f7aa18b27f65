import Chassis
import Foundation

/// A client of one process of the product, with a new connection for each request.
package struct ProductClient: Sendable {
    package let port: Int
    /// The loopback address that the product sees.
    private let source: String
    private static let pool = BlockingPool(name: "client", threads: 64, queueLimit: 10_000)

    package init(port: Int, from source: String = "127.0.0.1") {
        self.port = port
        self.source = source
    }

    /// The same client on another machine, as the product sees it.
    package func from(_ source: String) -> ProductClient { ProductClient(port: port, from: source) }

    /// - Throws: ``ProductConnection/Failure``.
    package func send(_ request: ProductRequest) async throws -> ProductAnswer {
        var request = request
        request.headers["Connection"] = "close"
        return try await Self.pool.run { [request] in try ProductConnection(port: port, from: source).exchange(request)
        }
    }

    /// - Throws: ``ProductConnection/Failure``.
    package func get(_ path: String, headers: [String: String] = [:]) async throws -> ProductAnswer {
        try await send(ProductRequest("GET", path, headers: headers))
    }

    /// Sends JSON as it is written.
    /// - Parameter token: A bearer token.
    /// - Throws: ``ProductConnection/Failure``.
    package func post(_ path: String, json: String, token: String? = nil) async throws -> ProductAnswer {
        var headers = ["Content-Type": "application/json"]
        if let token { headers["Authorization"] = "Bearer \(token)" }
        return try await send(ProductRequest("POST", path, headers: headers, body: Array(json.utf8)))
    }

    /// Sends JSON, or no body, with a token.
    /// - Parameter token: A bearer token; nil for an unauthenticated request.
    /// - Throws: ``ProductConnection/Failure``.
    package func ask(
        _ method: String, _ path: String, json: String? = nil, token: String? = nil, headers: [String: String] = [:]
    ) async throws -> ProductAnswer {
        var headers = headers
        if json != nil { headers["Content-Type"] = "application/json" }
        if let token { headers["Authorization"] = "Bearer \(token)" }
        return try await send(ProductRequest(method, path, headers: headers, body: json.map { Array($0.utf8) }))
    }
}

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
        var head = "\(method) \(path) HTTP/1.1\r\n"
        if headers["Host"] == nil { head += "Host: 127.0.0.1\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + (body ?? [])
    }
}

/// An answer of the product over HTTP.
package struct ProductAnswer: Sendable {
    package let status: Int
    /// Names in lower case.
    package let headers: [String: String]
    package let body: [UInt8]

    /// - Parameter head: The status line and the header lines, without the empty line. Nil when it is not HTTP.
    init?(head: some Sequence<UInt8>, body: [UInt8]) {
        let lines = String(decoding: Array(head), as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return nil }
        self.status = status
        let pairs = lines.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            return (name.lowercased(), line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces))
        }
        headers = Dictionary(pairs) { "\($0), \($1)" }
        self.body = body
    }

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; ``ProductJSON/null`` when it is none.
    package var json: ProductJSON {
        (try? JSONDecoder().decode(ProductJSON.self, from: Data(body))) ?? .null
    }
}
