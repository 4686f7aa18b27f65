import Chassis
import TestSupport
import Testing

extension SharedProduct {
    /// S2-49 to S2-53, S2-55 to S2-58, S2-166, U-1, U-2.
    struct PlayerLoginTests {
        let product = Product.current

        // S2-49, S2-52, S2-53
        @Test func `a login is answered with the account without its password`() async throws {
            let person = try await TestUser.registerOnSocialPlay(at: product.client)
            let answer = try await product.client.ask(
                "POST", "/api/v1/auth/login", json: TestUser.login(email: person.email.uppercased()),
                headers: ["User-Agent": "Kiosk/1.0"])
            #expect(answer.status == 200)
            #expect(answer.headers["cache-control"] == "no-store")
            #expect(answer.json.names == ["user", "accessToken", "refreshToken"])
            let user = answer.json["user"]
            #expect(
                user.names == [
                    "id", "email", "username", "firstName", "lastName", "bio", "avatar", "coverImage", "dateOfBirth",
                    "phone", "language", "showOnlineStatus", "isVerified", "isActive", "role", "followersCount",
                    "followingCount",
                    "postsCount", "createdAt", "updatedAt", "lastLoginAt",
                ])
            #expect(user["lastLoginAt"].text ?? "" >= user["createdAt"].text ?? "~")
            let sessions = try await product.texts(
                """
                SELECT concat_ws(' ', user_agent, ip_address, round(extract(epoch FROM expires_at - created_at) / 86400))
                FROM sessions WHERE user_id = $1::text::uuid AND user_agent IS NOT NULL
                """, [person.id])
            #expect(sessions == ["Kiosk/1.0 127.0.0.1 7"])
        }

        // S2-50
        @Test func `a wrong password and an unknown address get the same answer in the same time`() async throws {
            let person = try await TestUser.registerOnSocialPlay(at: product.client)
            var times: [Bool: [UInt64]] = [:]
            for _ in 0..<8 {
                for isKnown in [true, false] {
                    let email = isKnown ? person.email : "\(TestUser.newName())@example.com"
                    let began = monotonicNanoseconds()
                    let answer = try await product.client.post(
                        "/api/v1/auth/login", json: TestUser.login(email: email, "a wrong password"))
                    times[isKnown, default: []].append(monotonicNanoseconds() - began)
                    expectSocialPlayError(answer, 401, "Invalid credentials")
                    #expect(answer.headers["www-authenticate"] == "Bearer")
                }
            }
            // Both hash once: without that they differ by a factor of ten and more. The quickest of eight each, because
            // others use the machine too.
            let known = Double(times[true]?.min() ?? 0)
            let unknown = Double(times[false]?.min() ?? 0)
            #expect(unknown / known > 0.5 && unknown / known < 2, "\(known) and \(unknown) ns")
        }

        // U-1, U-2
        @Test func `one login is valid on both surfaces and ends on both`() async throws {
            let person = try await TestUser.registerOnSocialPlay(at: product.client)
            #expect(try await person.isAuthenticated(at: product.client))
            let musician = try await person.logIn(at: product.client)
            #expect(try await musician.isLoggedIn(at: product.client))
            let answer = try await product.client.post(
                "/auth/logout", json: #"{"refreshToken":"\#(person.refreshToken)"}"#)
            #expect(answer.status == 200)
            #expect(try await !person.isLoggedIn(at: product.client))
            #expect(try await musician.isLoggedIn(at: product.client))
        }

        // S2-55, S2-56
        @Test func `a refresh is answered with a new pair alone, and the old token is spent`() async throws {
            let person = try await TestUser.registerOnSocialPlay(at: product.client)
            let answer = try await person.refresh(at: product.client)
            #expect(answer.status == 200)
            #expect(answer.json.names == ["accessToken", "refreshToken"])
            #expect(answer.json["refreshToken"].text != person.refreshToken)
            expectSocialPlayError(try await person.refresh(at: product.client), 401, "Invalid refresh token")
        }

        // S2-166
        @Test func `of twenty concurrent refreshes one succeeds, and its session stays open`() async throws {
            let person = try await TestUser.registerOnSocialPlay(at: product.client)
            let answers = try await withThrowingTaskGroup { group in
                for _ in 0..<20 { group.addTask { try await person.refresh(at: product.client) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0.status == 401 } == 19)
            let winner = try #require(answers.first { $0.status == 200 })
            let families = try await product.texts(
                "SELECT id::text FROM sessions WHERE user_id = $1::text::uuid AND ended_at IS NULL", [person.id])
            #expect(families.count == 1)
            var renewed = person
            renewed.accessToken = winner.json["accessToken"].text ?? ""
            renewed.refreshToken = winner.json["refreshToken"].text ?? ""
            #expect(try await renewed.isLoggedIn(at: product.client))
            // A later use of the old token is another matter (S1-22).
            _ = try await product.texts(
                """
                UPDATE sessions SET refreshed_at = now() - interval '31 seconds' WHERE user_id = $1::text::uuid
                RETURNING id::text
                """, [person.id])
            expectSocialPlayError(try await person.refresh(at: product.client), 401)
            expectSocialPlayError(try await renewed.refresh(at: product.client), 401)
        }

        // S2-58
        @Test func `a logout ends the session`() async throws {
            let person = try await TestUser.registerOnSocialPlay(at: product.client)
            let answer = try await product.client.post(
                "/api/v1/auth/logout", json: #"{"refreshToken":"\#(person.refreshToken)"}"#)
            #expect(answer.status == 200)
            #expect(answer.json["message"].text == "Logged out successfully")
            expectSocialPlayError(try await person.ask("GET", "/users/me", at: product.client), 401, "Invalid token")
            expectSocialPlayError(try await person.refresh(at: product.client), 401, "Invalid refresh token")
        }

        // S2-67, S2-68, S2-133
        @Test func `a request without a valid token is refused`() async throws {
            for (authorization, sentence) in [
                (nil, "No token provided"), ("Basic YTpi", "No token provided"), ("Bearer x", "Invalid token"),
            ] {
                let headers = authorization.map { ["Authorization": $0] } ?? [:]
                let answer = try await product.client.ask("GET", "/api/v1/users/me", headers: headers)
                expectSocialPlayError(answer, 401, sentence)
                #expect(answer.headers["www-authenticate"] == "Bearer")
            }
        }

        // X-2
        @Test func `an unknown path is answered in the surface's envelope`() async throws {
            expectSocialPlayError(try await product.client.get("/api/v1/nothing/here"), 404)
            let wrong = try await product.client.ask("PATCH", "/api/v1/users/me")
            expectSocialPlayError(wrong, 405)
            #expect(wrong.headers["allow"]?.contains("PUT") == true)
        }
    }
}
