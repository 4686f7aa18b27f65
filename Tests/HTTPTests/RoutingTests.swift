import HTTP
import Synchronization
import TestSupport
import Testing

@Suite struct RoutingTests {
    private struct Broken: Error {}

    private static let router = Router(
        [
            RouteTable(
                prefixes: ["/v1"],
                routes: [
                    Route(.get, "/v1/users/:id") { .text(200, "user \($0.parameter("id"))") },
                    Route(.delete, "/v1/users/:id") { .text(200, "deleted \($0.parameter("id"))") },
                    Route(.get, "/v1/users/me") { _ in .text(200, "me") },
                    Route(.get, "/v1/users/:id/posts/:post") {
                        .text(200, "\($0.parameter("id")) \($0.parameter("post"))")
                    },
                    Route(.get, "/v1/users/me/friends") { _ in .text(200, "friends") },
                    Route(.post, "/v1/broken") { _ in throw Broken() },
                    Route(.get, immediate: "/v1/now/:what") { .text(200, "\($0.parameter("what")) now") },
                    Route(.post, immediate: "/v1/now/broken") { _ in throw Broken() },
                    Route(.get, "/v1/search") { .text(200, "\($0.query("q") ?? "nothing")") },
                ]
            ) { error, _ in .text(error is Broken ? 500 : 400, "v1: \(error)") },
            RouteTable(prefixes: ["/v1/inner", "/other"], routes: []) { error, _ in .text(404, "inner: \(error)") },
        ]
    ) { error, _ in
        Response(error as? RoutingError == .notFound ? 404 : 405, body: .bytes([], type: "application/problem+json"))
    }

    private func request(_ method: String, _ path: String) async throws -> HTTPAnswer {
        try await withServer(replying: Self.router.handle) { server in
            try await HTTPTestClient(port: server.port).request(method, path)
        }
    }

    @Test(arguments: [
        ("/v1/users/7", "user 7"), ("/v1/users/me", "me"), ("/v1/users/7/posts/8", "7 8"),
        ("/v1/users/me/posts/8", "me 8"), ("/v1/users/me/friends", "friends"), ("/v1/users/%41%20b", "user A b"),
        ("/v1/users/%D0%9F", "user П"), ("/v1/users/a%2Fb", "user a/b"), ("/v1/users/a+b", "user a+b"),
        ("/v1/users/7?x=y", "user 7"), ("/v1/search?q=a+b%26c", "a b&c"), ("/v1/search?p=1&q=", ""),
        ("/v1/search?Q=1", "nothing"), ("/v1/search?q", ""),
        ("/v1/search?%71=1&q=2", "1"), ("/v1/now/here", "here now"),
    ])
    func `finds the route and its parameters`(path: String, text: String) async throws {
        let response = try await request("GET", path)
        #expect(response.status == 200)
        #expect(response.text == text)
    }

    @Test(arguments: ["/v1/users/%", "/v1/users/%4", "/v1/users/%zz", "/v1/users/%00", "/v1/users/%ff"])
    func `rejects a path that is not percent-encoded UTF-8`(path: String) async throws {
        #expect(try await request("GET", path).text == "v1: malformedPath")
    }

    @Test(arguments: ["?q=%00", "?q=a%00b", "?%00=1", "?q=%zz", "?q=%", "?x=%ff", "?x=1&q=%ED%A0%80"])
    func `rejects a query that is not percent-encoded UTF-8`(query: String) async throws {
        #expect(try await request("GET", "/v1/search\(query)").text == "v1: malformedQuery")
        #expect(try await request("GET", "/v1/nothing/there\(query)").text == "v1: notFound")
    }

    @Test(arguments: ["TRACE", "PUT", "PATCH", "POST"])
    func `lists the allowed methods in every 405`(method: String) async throws {
        for path in ["/v1/users/7", "/v1/users/me", "/v1/now/x", "/v1/search"] {
            let refused = try await request(method, path)
            #expect(refused.text.hasPrefix("v1: methodNotAllowed"))
            #expect(refused.header("allow")?.contains("GET") == true)
            #expect(refused.header("allow")?.contains(method) == false)
        }
    }

    @Test func `knows the asterisk for OPTIONS alone`() async throws {
        let options = try await request("OPTIONS", "*")
        #expect(options.status == 204)
        #expect(options.header("allow") == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
        #expect(try await request("GET", "*").status == 400)
    }

    @Test func `lists the methods of a path`() async throws {
        let refused = try await request("POST", "/v1/users/7")
        #expect(refused.text.hasPrefix("v1: methodNotAllowed"))
        #expect(refused.header("allow") == "GET, DELETE, HEAD, OPTIONS")
        let options = try await request("OPTIONS", "/v1/users/7")
        #expect(options.status == 204)
        #expect(options.header("allow") == "GET, DELETE, HEAD, OPTIONS")
        #expect(options.header("content-length") == nil)
    }

    @Test func `serves HEAD where there is GET`() async throws {
        let response = try await request("HEAD", "/v1/users/7")
        #expect(response.status == 200)
        #expect(response.header("content-length") == "6")
    }

    @Test(arguments: [
        ("/v1", "v1: notFound"), ("/v1/", "v1: notFound"), ("/v1/users/", "v1: notFound"),
        ("/v1/users/7/", "v1: notFound"), ("/v1/inner/x", "inner: notFound"), ("/v1/innermost", "v1: notFound"),
        ("/other", "inner: notFound"), ("/v1//users", "v1: notFound"),
    ])
    func `renders 404 with the table of the path's prefix`(path: String, text: String) async throws {
        #expect(try await request("GET", path).text == text)
    }

    @Test(arguments: ["/", "/v10", "/x", "/%76%31/users/7", "//v1"])
    func `renders 404 of paths outside all prefixes itself`(path: String) async throws {
        let response = try await request("GET", path)
        #expect(response.status == 404)
        #expect(response.header("content-type") == "application/problem+json")
    }

    @Test func `renders a route's errors with its table`() async throws {
        let broken = try await request("POST", "/v1/broken")
        #expect(broken.status == 500)
        #expect(broken.text == "v1: Broken()")
        let brokenAtOnce = try await request("POST", "/v1/now/broken")
        #expect(brokenAtOnce.status == 500)
        #expect(brokenAtOnce.text == "v1: Broken()")
    }

    @Test func `calls the observer for every response`() async throws {
        let seen = Mutex<[String]>([])
        try await withServer(replying: Self.router.handle) { request, response in
            seen.withLock { $0.append("\(request.path) \(response.status.rawValue)") }
        } _: { server in
            let client = HTTPTestClient(port: server.port)
            for path in ["/v1/users/7", "/v1/now/here", "/v1/nothing"] { _ = try await client.get(path) }
        }
        #expect(seen.withLock { $0 } == ["/v1/users/7 200", "/v1/now/here 200", "/v1/nothing 400"])
    }
}
