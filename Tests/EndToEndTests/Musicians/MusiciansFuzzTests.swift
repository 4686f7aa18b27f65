import Chassis
import Foundation
import TestSupport
import Testing

/// S1-112 to S1-125: whatever a client sends to a route of the musicians' document, the answer is the document's, in
/// its envelope, and never a 500.
@Suite(.showingOutput) struct MusiciansFuzzTests {
    private static let pool = BlockingPool(name: "fuzz", threads: 4, queueLimit: 100)

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `no request is a fault of the product, and every refusal has the document's envelope`(
        seed: UInt64
    ) async throws {
        var options = ProductOptions()
        // An upload waits for the workers.
        options.kinds = [.api, .images, .audio]
        try await Product.run(options) { product in
            let routes = MusiciansFuzz.Route.all(in: try await product.run("API", ["routes"]).output)
            #expect(routes.count >= 35)
            let users = try await register(2, at: product.client)
            let track = try await users[0].upload(
                "track", Recording.wav(byteCount: 4_000), called: "a.wav", to: product.client)
            let id = try #require(track.json["file"]["fileId"].text)
            let port = product.client.port
            let differences = try await Self.pool.run {
                var fuzz = MusiciansFuzz(
                    seed: seed, ids: users.map(\.id) + [id], names: users.map(\.username),
                    tokens: users.map(\.accessToken))
                return fuzz.differences(FullSize.fuzzedRequests / 4, on: routes, port: port)
            }
            for difference in differences.prefix(10) { Issue.record("\(difference)") }
            #expect(!product.output.contains(#""message":"request failed""#))
            // What it stored can be read.
            for user in users {
                let profile = try await product.client.get("/users/\(user.id)/profile")
                #expect(profile.status == 200 && profile.json["data"]["userId"].text == user.id, "\(profile.text)")
            }
            #expect(try await product.client.get("/users").json["profiles"].array?.isEmpty == false)
        }
    }
}

/// Requests that no client should send, at random.
struct MusiciansFuzz {
    struct Route: Sendable {
        let method: String
        let pattern: String

        /// The routes of the musicians' document among all, without those of the Social Service below /social.
        static func all(in listing: String) -> [Route] {
            listing.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                guard words.count == 2 else { return nil }
                let parts = words[1].split(separator: "/")
                guard let first = parts.first, ["auth", "users", "media", "social"].contains(first) else { return nil }
                if first == "social", parts.count > 1, ["v1", "api", "integration", "openapi.json"].contains(parts[1]) {
                    return nil
                }
                // SocialPlay's.
                if words[1] == "/media/file/:userId/:fileName" { return nil }
                return Route(method: String(words[0]), pattern: String(words[1]))
            }
        }
    }

    private var random: SeededRandom
    private let ids: [String]
    private let names: [String]
    private let tokens: [String]

    init(seed: UInt64, ids: [String], names: [String], tokens: [String]) {
        random = SeededRandom(seed)
        (self.ids, self.names, self.tokens) = (ids, names, tokens)
    }

    /// Sends requests, and returns what is wrong with their answers.
    mutating func differences(_ count: Int, on routes: [Route], port: Int) -> [String] {
        var differences: [String] = []
        for number in 0..<count {
            let request = self.request(to: routes[number % routes.count])
            let shown =
                "\(request.method) \(request.path.prefix(300)) \(request.headers.filter { $0.key != "Authorization" })"
                + " \(String(decoding: (request.body ?? []).prefix(300), as: UTF8.self))"
            do {
                // A server may close the connection of what it cannot read.
                let answer = try ProductConnection(port: port).exchange(request)
                if let difference = Self.difference(of: answer, to: request) {
                    differences.append("\(shown): \(difference): \(answer.text.prefix(300))")
                }
            } catch {
                differences.append("\(shown): no answer: \(error)")
            }
        }
        return differences
    }

    private static func difference(of answer: ProductAnswer, to request: ProductRequest) -> String? {
        if answer.status >= 500 { return "\(answer.status)" }
        guard answer.status >= 400, request.method != "HEAD" else { return nil }
        let isEnvelope =
            answer.json.names == ["success", "error"] && answer.json["success"] == .bool(false)
            && answer.json["error"].text?.isEmpty == false
        return isEnvelope ? nil : "\(answer.status) without the envelope"
    }

    // MARK: Requests

    private mutating func request(to route: Route) -> ProductRequest {
        var path = route.pattern.split(separator: "/").map { $0.hasPrefix(":") ? segment() : String($0) }
            .map { "/\($0)" }.joined()
        if chance(40) {
            path += "?" + (0..<Int.random(in: 1...4, using: &random)).map { _ in parameter() }.joined(separator: "&")
        }
        var headers: [String: String] = [:]
        if chance(80) { headers["Authorization"] = chance(90) ? "Bearer \(pick(tokens))" : pick(Self.words) }
        if path.hasPrefix("/media/uploads"), chance(90) { headers["Tus-Resumable"] = "1.0.0" }
        for name in [
            "Range", "If-Range", "If-None-Match", "If-Modified-Since", "Upload-Length", "Upload-Offset",
            "Upload-Metadata", "Upload-Checksum", "X-HTTP-Method-Override", "Accept", "Idempotency-Key",
            "X-Device-Token",
        ] where chance(8) { headers[name] = pick(Self.words) }
        var body: [UInt8]?
        if ["POST", "PUT", "PATCH", "DELETE"].contains(route.method), chance(95) {
            let isForm = route.pattern.contains("/upload/") ? chance(85) : chance(5)
            let content = isForm ? form() : json()
            headers["Content-Type"] = chance(95) ? content.type : pick(Self.words)
            body =
                chance(10)
                ? Array(content.bytes.prefix(Int.random(in: 0...content.bytes.count, using: &random)))
                : content.bytes
        }
        return ProductRequest(route.method, path, headers: headers, body: body)
    }

    private mutating func segment() -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: pick(ids)
        case 1: pick(names)
        default: pick(Self.segments)
        }
    }

    private mutating func parameter() -> String {
        let name = pick([
            "limit", "cursor", "viewerId", "excludeUserId", "userId", "size", "page", "status", "%00", "a[]",
        ])
        let value =
            chance(30) ? pick(ids) : pick(Self.segments + ["1", "0", "-1", "1e9", "500", "256", "1.5", "+", "&&"])
        return chance(90) ? "\(name)=\(value)" : name
    }

    /// An object with members of the document, and values of every kind.
    private mutating func json() -> (type: String, bytes: [UInt8]) {
        let members = (0..<Int.random(in: 0...5, using: &random)).map { _ in
            "\"\(pick(Self.members))\":\(value(depth: 0))"
        }
        var text = Array("{\(members.joined(separator: ","))}".utf8)
        if chance(8), !text.isEmpty {
            text[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        if chance(4) { text = [0xEF, 0xBB, 0xBF] + text }
        return ("application/json", text)
    }

    private mutating func value(depth: Int) -> String {
        switch Int.random(in: 0..<10, using: &random) {
        case 0 where depth < 3: "[\((0..<3).map { _ in value(depth: depth + 1) }.joined(separator: ","))]"
        case 1 where depth < 3: "{\"\(pick(Self.members))\":\(value(depth: depth + 1))}"
        case 2: "\"\(pick(ids))\""
        case 3: "\"\(pick(names))\""
        default: pick(Self.values)
        }
    }

    private mutating func form() -> (type: String, bytes: [UInt8]) {
        var form = Form()
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            form.add(
                pick(["userId", "trackId", "type", "title", "\\\"", "file"]), chance(40) ? pick(ids) : pick(Self.words))
        }
        if chance(80) {
            let contents: [[UInt8]] = [
                [], Picture.jpeg, Recording.wav(byteCount: 2_000), [1, 2, 3], Array("<svg/>".utf8),
            ]
            let content = pick(contents)
            form.add(pick(["file", "file", "file", "File", "files[]"]), file: content, called: pick(Self.words))
        }
        var bytes = form.bytes
        if chance(15), !bytes.isEmpty {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        return (form.contentType, bytes)
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func pick<Element>(_ from: [Element]) -> Element {
        from[Int.random(in: 0..<from.count, using: &random)]
    }

    private static let segments = [
        "x", "0", "-1", "null", "undefined", "%00", "a%00b", "%FF", "%ED%A0%80", "%zz", "%", "%2e%2e", "..%2F..",
        "%20", "%0D%0Aa:%20b", "%F0%9F%8E%B5", "me", "username", "search", "public", "99999999999999999999999999",
        "01900000-0000-7000-8000-000000000000", "01900000-0000-7000-8000-000000000000x",
        "01900000-0000-7000-8000-00000000000", "%7B01900000-0000-7000-8000-000000000000%7D",
        "01900000000070008000000000000000", "'%20OR%201=1--", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "00000000-0000-0000-0000-000000000000", "%D0%B0%D0%B1%D0%B2", "$ne", String(repeating: "a", count: 3_000),
        String(repeating: "%61", count: 1_000),
    ]
    private static let words = [
        "", "x", "profile", "bytes=0-", "bytes=-0", "bytes=9-1", "bytes=0-0,2-3",
        "bytes=\(String(repeating: "9", count: 40))-", "bytes=" + String(repeating: "0-1,", count: 200), "\"",
        "W/\"x\"", "*", "é", "purpose dHJhY2s=", "userId %%%", "1,1", "-1", "18446744073709551616", "5", "0",
        "sha256 AAAA", "Bearer", "Bearer a.b.c", "Basic eDp5", "multipart/form-data",
        "multipart/form-data; boundary=", "multipart/form-data; boundary=\"", "application/json; charset=utf-16",
        "DELETE", "TRACE", "application/offset+octet-stream", "a/../../b.mp3", "Mon, 32 Foo 2026 99:99:99 GMT",
        "image/*;q=x", String(repeating: "x", count: 5_000),
    ]
    private static let members = [
        "email", "username", "password", "role", "refreshToken", "userId", "oldPassword", "newPassword",
        "displayName", "bio", "location", "genres", "instruments", "socialLinks", "youtube", "vk", "telegram",
        "preferences", "emailNotifications", "showOnlineStatus", "privateProfile", "followerId", "stats", "__proto__",
        "\\u0000", "\\ud800",
    ]
    private static let values = [
        "null", "true", "false", "0", "-1", "1.5", "1e999", "-0", "01", "NaN", String(repeating: "9", count: 400),
        "\"\"", "\"x\"", "\" \"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u202e\"",
        "\"a\\nb\"", "\"user@example.com\"", "\"javascript:alert(1)\"", "\"JaVaScRiPt:alert(1)\"",
        "\" javascript:alert(1)\"", "\"java\\tscript:alert(1)\"", "\"data:text/html,x\"",
        "\"https://user:pass@vk.com/\"", "\"https://vk.com/a\"", "\"@name\"",
        "\"\(String(repeating: "é", count: 2_000))\"", "\"\(String(repeating: "\\ud83c\\udfb5", count: 500))\"", "[]",
        "{}", "[[]]", "[null]", "[\"rock\",\"rock\"]", "[\(String(repeating: "\"a\",", count: 60))\"b\"]",
        String(repeating: "[", count: 100), "{\"$ne\":1}", "\"musician\"", "\"admin\"",
    ]
}
