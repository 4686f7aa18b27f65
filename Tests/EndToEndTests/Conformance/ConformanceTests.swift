import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// Rules of every surface: errors come in its envelope, with the same status for the same mistake.
    struct ConformanceTests {
        private var client: ProductClient { Product.current.client }

        @Test(arguments: ConformanceSurface.all)
        func `a request without a valid access token is refused with 401`(_ surface: ConformanceSurface) async throws {
            let user = try await TestUser.register(at: client)
            let tokens = [nil, "", "x", "a.b.c", user.accessToken + "x", user.refreshToken]
            for request in surface.authenticated {
                for token in tokens { surface.expect(401, try await request.send(to: client, token: token), request) }
            }
        }

        @Test(arguments: ConformanceSurface.all)
        func `a token of a logged out user is refused with 401`(_ surface: ConformanceSurface) async throws {
            let user = try await TestUser.register(at: client)
            let logout = try await client.post("/auth/logout", json: #"{"refreshToken":"\#(user.refreshToken)"}"#)
            #expect(logout.status == 200)
            for request in surface.authenticated {
                surface.expect(401, try await request.send(to: client, token: user.accessToken), request)
            }
        }

        @Test(arguments: ConformanceSurface.all)
        func `a user's token does not identify another service`(_ surface: ConformanceSurface) async throws {
            let user = try await TestUser.register(at: client)
            for request in surface.services {
                for headers in [[:], ["X-Internal-Token": "x"], ["X-Internal-Token": user.accessToken]] {
                    let answer = try await request.send(
                        to: client, id: user.id, token: user.accessToken, headers: headers)
                    surface.expect(401, answer, request)
                }
            }
        }

        @Test(arguments: ConformanceSurface.all)
        func `a command about another user is refused with its status`(_ surface: ConformanceSurface) async throws {
            let (caller, other) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            for (request, status) in surface.forbidden {
                let answer = try await request.send(to: client, id: other.id, token: caller.accessToken)
                surface.expect(status, answer, request)
            }
            #expect(try await other.logIn(at: client).id == other.id)
        }

        @Test(arguments: ConformanceSurface.all)
        func `an unknown identifier is answered with 404 and a malformed one with 400`(
            _ surface: ConformanceSurface
        ) async throws {
            let user = try await TestUser.register(at: client)
            for request in surface.identified {
                surface.expect(404, try await request.send(to: client, token: user.accessToken), request)
                for id in ["x", "0", unknownID + "0", "01900000000070008000000000000000x", "%00"] {
                    surface.expect(400, try await request.send(to: client, id: id, token: user.accessToken), request)
                }
            }
        }

        @Test(arguments: ConformanceSurface.all)
        func `a blocked user gets the answers of a stranger`(_ surface: ConformanceSurface) async throws {
            let users = try await register(3, at: client)
            let (blocker, blocked, stranger) = (users[0], users[1], users[2])
            let block = try await blocker.social("POST", "/friends/block/\(blocked.id)", at: client)
            #expect(block.status == 204)
            for request in surface.aboutUsers {
                let one = try await request.send(to: client, id: blocker.id, token: blocked.accessToken)
                let other = try await request.send(to: client, id: blocker.id, token: stranger.accessToken)
                #expect(one.status == other.status, "\(request): \(one.text) \(other.text)")
                #expect(one.json.names == other.json.names, "\(request)")
                for member in ["error", "message", "success", "status"] {
                    #expect(one.json[member] == other.json[member], "\(request)")
                }
                #expect(one.status < 500)
            }
        }

        @Test(arguments: ConformanceSurface.all)
        func `a body that is no JSON object of the right members is refused with 400`(
            _ surface: ConformanceSurface
        ) async throws {
            let user = try await TestUser.register(at: client)
            for (request, member) in surface.bodies {
                let json = try #require(request.json)
                let rest = json.dropFirst()
                let open = String(json.dropLast())
                // Not JSON to the letter (RFC 8259).
                let lax: [String] = [
                    "\(open),}", "\(open),\"z\":01}", "\(open),\"z\":NaN}", "\(open)/**/}",
                    #"\#(open),"z":"\ud83d"}"#, json.replacing("\"", with: "'"),
                ]
                let wrong: [String] = [
                    "", "x", "{", "[]", "null", "1", #""x""#, "{}}", json + "x", "\u{FEFF}", #"{"\#(member)":"#,
                    #"{"\#(member)":5,"#, #"{"\#(member)":5}"#, #"{"\#(member)":{}}"#, #"{"\#(member)":[]}"#,
                    // A repeated member, also when it is spelled with an escape.
                    #"{"\#(member)":"x",\#(rest)"#, #"{"\#(escaped(member))":"x",\#(rest)"#,
                    #"{"\#(member)":\#(String(repeating: "[", count: 30_000))\#(String(repeating: "]", count: 30_000))}"#,
                ]
                for body in wrong + lax {
                    surface.expect(400, try await send(request, Array(body.utf8), as: user), request)
                }
                surface.expect(400, try await send(request, [0xFF, 0xFE, 0x00], as: user), request)
                let wide: [UInt8] = json.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
                let marked: [UInt8] = [0xFF, 0xFE] + wide
                for body in [wide, marked] {
                    let answer = try await send(request, body, as: user)
                    surface.expect(400, answer, request)
                    #expect(answer.text.contains("UTF-8"), "\(request): \(answer.text)")
                }
            }
        }

        // PostgreSQL stores no U+0000, and its indexes no long keys.
        @Test(arguments: ConformanceSurface.all)
        func `a text that cannot be stored is no fault of the product, wherever it stands`(
            _ surface: ConformanceSurface
        ) async throws {
            let user = try await TestUser.register(at: client)
            // An administrator gets as far as the statements.
            _ = try await Product.current.texts(
                "UPDATE accounts SET role = 'ADMIN' WHERE id = $1::text::uuid RETURNING role", [user.id])
            let texts = ["a\\u0000b", "\\u0000", "\\ud800", String(repeating: "x", count: 20_000)]
            let requests = surface.authenticated + surface.identified + surface.bodies.map(\.request)
            for request in requests {
                for id in ["%00", unknownID + "%00", "%FF", String(repeating: "x", count: 3_000)] {
                    guard request.path.contains("{id}") else { break }
                    try await expectNoFault(request, request.path.replacing("{id}", with: id), request.json, user)
                }
                if request.method == "GET" {
                    let query = ["q", "page", "limit", "status", "before", "size"].map { "\($0)=a%00b" }
                    try await expectNoFault(request, "\(request.path)?\(query.joined(separator: "&"))", nil, user)
                }
                guard let json = request.json, json != "{}" else { continue }
                for text in texts {
                    for value in json.ranges(of: /:"[^"]*"/) {
                        let changed = json.replacingCharacters(in: value, with: ":\"\(text)\"")
                        try await expectNoFault(request, request.path, changed, user)
                    }
                    // An announcement would reach the users of other tests.
                    guard !request.path.hasSuffix("/announcements") else { continue }
                    let named = json.replacingCharacters(in: json.startIndex...json.startIndex, with: "{\"\(text)\":1,")
                    try await expectNoFault(request, request.path, named, user)
                }
            }
        }

        private func expectNoFault(
            _ request: ConformanceRequest, _ path: String, _ json: String?, _ user: TestUser
        ) async throws {
            let headers = ["User-Agent": String(repeating: "é", count: 2_000), "Idempotency-Key": "k\u{80}"]
            let answer = try await client.ask(
                request.method, path.replacing("{id}", with: unknownID), json: json, token: user.accessToken,
                headers: headers)
            #expect(
                answer.status < 500, "\(request.method) \(path.prefix(200)) \(json?.prefix(200) ?? ""): \(answer.text)")
        }

        @Test(arguments: ConformanceSurface.all)
        func `a body that is too large is refused with 413 and another content type with 415`(
            _ surface: ConformanceSurface
        ) async throws {
            let user = try await TestUser.register(at: client)
            for (request, member) in surface.bodies {
                let large = #"{"\#(member)":"\#(String(repeating: "x", count: 1 << 20))"}"#
                surface.expect(413, try await send(request, Array(large.utf8), as: user), request)
                let json = Array(try #require(request.json).utf8)
                for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
                    surface.expect(415, try await send(request, json, as: user, type: type), request)
                }
            }
        }

        @Test(arguments: ConformanceSurface.all)
        func `a limit above the maximum is clamped and a malformed page or limit is refused with 400`(
            _ surface: ConformanceSurface
        ) async throws {
            let user = try await TestUser.register(at: client)
            for (path, maximum) in surface.lists {
                let list = try await client.ask("GET", "\(path)?limit=1000000", token: user.accessToken)
                #expect(list.status == 200, "\(path): \(list.text)")
                if let limit = list.json["pagination"]["limit"].number { #expect(limit == Double(maximum), "\(path)") }
                for query in [
                    "limit=0", "limit=-1", "limit=x", "limit=1.5", "limit=", "page=0", "page=-1", "page=x",
                    "page=99999999999999999999",
                ] {
                    let request = ConformanceRequest("GET", "\(path)?\(query)")
                    surface.expect(400, try await request.send(to: client, token: user.accessToken), request)
                }
            }
        }

        @Test(arguments: ConformanceSurface.all)
        func `an unknown path is answered with 404 and a wrong method with 405`(
            _ surface: ConformanceSurface
        ) async throws {
            let unknown = ConformanceRequest("GET", surface.unknownPath)
            surface.expect(404, try await unknown.send(to: client, token: nil), unknown)
            let answer = try await surface.wrongMethod.send(to: client, token: nil)
            surface.expect(405, answer, surface.wrongMethod)
            #expect(answer.headers["allow"]?.isEmpty == false)
        }

        private func send(
            _ request: ConformanceRequest, _ body: [UInt8], as user: TestUser, type: String = "application/json"
        ) async throws -> ProductAnswer {
            let headers = ["Content-Type": type, "Authorization": "Bearer \(user.accessToken)"]
            return try await client.send(
                ProductRequest(request.method, request.path, headers: headers, body: body))
        }

        /// Returns a member's name with its first character as an escape.
        private func escaped(_ member: String) -> String {
            let code = member.utf8.first.map { String($0, radix: 16) } ?? ""
            return #"\u00\#(code)\#(member.dropFirst())"#
        }
    }
}

extension ConformanceSurface {
    /// Expects an error of a status in the envelope, for a request that the failure names.
    fileprivate func expect(
        _ status: Int, _ answer: ProductAnswer, _ request: ConformanceRequest,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard answer.status == status else {
            Issue.record(
                "\(request): \(answer.status) instead of \(status): \(answer.text)", sourceLocation: sourceLocation)
            return
        }
        expectError(answer, status, sourceLocation)
    }
}
