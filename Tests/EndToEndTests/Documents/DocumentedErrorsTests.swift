import Foundation
import TestSupport
import Testing

/// S0-90 to S0-100, S0-123: every code of the document is answered by a request, as the document says.
@Suite(.showingOutput)
struct DocumentedErrorsTests {
    @Test func `every code of the document is answered as the document says`() async throws {
        let redis = try await RedisServer()
        try await withDatabaseServer { database in
            try await database.start()
            var options = ProductOptions()
            options.redisURL = redis.url
            options.databaseURL = database.url
            options.isRateLimited = true
            options.kinds = [.api]
            try await Product.run(options) { product in
                var errors = try await Errors(product)
                try await errors.sendBadRequests()
                try await errors.exceedLimit()
                try await errors.breakStores(redis, database)
                #expect(errors.seen == Set(errors.document.codes), "the document's codes")
            }
        }
    }
}

/// Provokes errors, and checks each answer against the document.
private struct Errors {
    let document: ErrorDocument
    private(set) var seen: Set<String> = []
    private let product: Product
    private let ada: TestUser
    private let grace: TestUser
    private let stranger: TestUser

    init(_ product: Product) async throws {
        self.product = product
        document = ErrorDocument(try await product.client.get("/openapi.json").json)
        ada = try await TestUser.register(at: product.client)
        grace = try await TestUser.register(at: product.client)
        stranger = try await TestUser.register(at: product.client)
    }

    /// Sends a request of Ada's, and expects an error that the document has for this operation.
    mutating func expect(
        _ status: Int, _ code: String, _ method: String, _ path: String, as template: String? = nil,
        _ json: String? = nil, headers: [String: String] = [:], isAuthenticated: Bool = true
    ) async throws {
        let answer = try await product.client.ask(
            method, path, json: json, token: isAuthenticated ? ada.accessToken : nil, headers: headers)
        expectSocialServiceError(answer, status, code)
        #expect(document.faults(of: answer, method, template ?? path) == [])
        seen.insert(code)
    }

    mutating func sendBadRequests() async throws {
        let request = "/v1/friends/request"
        func to(_ user: String) -> String { #"{"toUserId":"\#(user)"}"# }
        func message(_ user: String, _ text: String) -> String { #"{"toUserId":"\#(user)","content":"\#(text)"}"# }
        let nobody = UUID().uuidString.lowercased()
        try await expect(401, "UNAUTHORIZED", "GET", "/v1/friends", isAuthenticated: false)
        try await expect(405, "METHOD_NOT_ALLOWED", "DELETE", "/v1/friends")
        try await expect(405, "METHOD_NOT_ALLOWED", "PUT", "/v1/health")
        try await expect(400, "VALIDATION_ERROR", "POST", request, "{}")
        let long = String(repeating: "x", count: 1 << 20)
        try await expect(413, "VALIDATION_ERROR", "POST", request, #"{"message":"\#(long)"}"#)
        try await expect(400, "CANNOT_ADD_YOURSELF", "POST", request, to(ada.id))
        try await expect(404, "USER_NOT_FOUND", "POST", request, to(nobody))
        _ = try await ada.sendFriendRequest(to: stranger, at: product.client)
        try await expect(409, "FRIEND_REQUEST_EXISTS", "POST", request, to(stranger.id))
        try await ada.befriend(grace, at: product.client)
        try await expect(409, "ALREADY_FRIENDS", "POST", request, to(grace.id))
        try await expect(
            404, "FRIEND_REQUEST_NOT_FOUND", "POST", "/v1/friends/accept/\(nobody)",
            as: "/v1/friends/accept/{requestId}")
        try await expect(404, "NOT_FOUND", "DELETE", "/v1/friends/\(nobody)", as: "/v1/friends/{friendId}")
        try await expect(403, "NOT_FRIENDS", "POST", "/v1/messages", message(stranger.id, "Hello"))
        try await expect(
            400, "MESSAGE_TOO_LONG", "POST", "/v1/messages", message(grace.id, String(repeating: "x", count: 2_001)))
        try await expect(
            404, "CONVERSATION_NOT_FOUND", "GET", "/v1/messages/conversations/\(grace.id)",
            as: "/v1/messages/conversations/{friendId}")
        try await expect(
            404, "MESSAGE_NOT_FOUND", "PUT", "/v1/messages/\(nobody)/read", as: "/v1/messages/{messageId}/read")
        let key = ["Idempotency-Key": "one-key"]
        let sent = try await ada.social(
            "POST", "/messages", json: message(grace.id, "one"), headers: key, at: product.client)
        let own = try #require(sent.json["id"].text)
        try await expect(403, "FORBIDDEN", "PUT", "/v1/messages/\(own)/read", as: "/v1/messages/{messageId}/read")
        try await expect(409, "ALREADY_EXISTS", "POST", "/v1/messages", message(grace.id, "two"), headers: key)
        try await expect(400, "INVALID_STATUS", "PUT", "/v1/status/busy", as: "/v1/status/{status}")
    }

    mutating func exceedLimit() async throws {
        for _ in 0..<20 { _ = try await ada.social("GET", "/friends/search?q=nobody", at: product.client) }
        try await expect(429, "RATE_LIMIT_EXCEEDED", "GET", "/v1/friends/search?q=x", as: "/v1/friends/search")
    }

    mutating func breakStores(_ redis: RedisServer, _ database: DatabaseServer) async throws {
        await redis.kill()
        try await expect(503, "STATUS_UPDATE_FAILED", "PUT", "/v1/status/online", "{}")
        try await expect(503, "STATUS_UPDATE_FAILED", "POST", "/v1/status/heartbeat")
        _ = try await product.texts("ALTER TABLE friend_requests RENAME TO elsewhere")
        try await expect(500, "INTERNAL_ERROR", "GET", "/v1/friends/requests")
        try await database.stop()
        try await eventually("the outage is noticed", within: 15) {
            try await ada.social("GET", "/friends/requests", at: product.client).status == 503
        }
        try await expect(503, "SERVICE_UNAVAILABLE", "GET", "/v1/friends/requests")
        try await expect(503, "SERVICE_UNAVAILABLE", "PUT", "/v1/status/offline")
    }
}

/// The error responses of the Social Service's document.
private struct ErrorDocument {
    private let document: ProductJSON

    init(_ document: ProductJSON) {
        self.document = document
    }

    var codes: [String] {
        (document["components"]["schemas"]["ErrorCode"]["enum"].array ?? []).compactMap(\.text)
    }

    /// Returns what of an error answer the document does not have: nothing if all is well. A method that the path does
    /// not have is documented at its others.
    func faults(of answer: ProductAnswer, _ method: String, _ path: String) -> [String] {
        let operations = document["paths"][path]
        guard let some = operations.names.contains(method.lowercased()) ? method.lowercased() : operations.names.first
        else { return ["\(path) is not documented"] }
        let response = resolved(operations[some]["responses"]["\(answer.status)"])
        let parts = response["content"]["application/json"]["schema"]["allOf"].array ?? []
        guard let code = answer.json["error"].text, !parts.isEmpty else {
            return ["\(answer.status) is not documented"]
        }
        var faults: [String] = []
        let listed = parts.flatMap { $0["properties"]["error"]["enum"].array ?? [] }.compactMap(\.text)
        if !listed.contains(code) { faults.append("\(code) is not among \(listed)") }
        for part in parts.map(resolved) {
            for name in (part["required"].array ?? []).compactMap(\.text) where !answer.json.names.contains(name) {
                faults.append("\(name) is missing")
            }
        }
        for name in response["headers"].names where answer.headers[name.lowercased()] == nil {
            faults.append("the header \(name) is missing")
        }
        return faults
    }

    private func resolved(_ value: ProductJSON) -> ProductJSON {
        guard let reference = value["$ref"].text else { return value }
        return reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] }
    }
}
