import Chassis

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

    /// Sends JSON, or no body at all, as somebody who is logged in.
    /// - Parameter token: A bearer token; nil for a stranger.
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
