import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// U-16: reports and moderation below `/api/v1`, beyond the document.
    struct ModerationRouteTests {
        let product = Product.current

        @Test func `a report goes through the queue to an action, the notices and an appeal`() async throws {
            let (author, reader) = (try await register(), try await register())
            let (moderator, other, admin) = (
                try await register("make-moderator"), try await register("make-moderator"),
                try await register("make-admin")
            )
            let post = try await author.ask("POST", "/posts", json: #"{"content":"Buy this"}"#, at: product.client)
            let id = try #require(post.json["id"].text)
            let wanted = #"{"targetType":"post","targetId":"\#(id)","reason":"SPAM","details":"Look"}"#
            let report = try await reader.ask("POST", "/reports", json: wanted, at: product.client)
            #expect(report.status == 201 && report.json["status"].text == "OPEN", "\(report.text)")
            let again = try await reader.ask("POST", "/reports", json: wanted, at: product.client)
            #expect(again.status == 201 && again.json["id"].text == report.json["id"].text)
            for (body, field) in [
                (#"{"targetType":"cat","targetId":"\#(id)","reason":"SPAM"}"#, "targetType"),
                (#"{"targetType":"POST","targetId":"x","reason":"SPAM"}"#, "targetId"),
                (#"{"targetType":"POST","targetId":"\#(id)","reason":"bad"}"#, "reason"),
                (#"{"targetType":"POST","targetId":"\#(id)","reason":"SPAM","details":""}"#, "details"),
            ] {
                let answer = try await reader.ask("POST", "/reports", json: body, at: product.client)
                #expect(answer.status == 400 && answer.json["errors"].array?.first?["field"].text == field)
            }
            expectSocialPlayError(try await author.ask("POST", "/reports", json: wanted, at: product.client), 400)
            try await expectClosedToOthers(reader)

            let its = try await openCase(of: id, for: moderator)
            let read = try await moderator.ask("GET", "/moderation/cases/\(its)", at: product.client).json
            #expect(read["contents"].array?.first?["content"]["content"].text == "Buy this")
            #expect(read["reports"].array?.first?["reporter"]["id"].text == reader.id)
            #expect(read["owner"]["username"].text == author.username && read["targetExists"] == .bool(true))
            let taken = try await moderator.ask("POST", "/moderation/cases/\(its)/assign", at: product.client)
            #expect(taken.json["assignee"]["id"].text == moderator.id, "\(taken.text)")
            expectSocialPlayError(
                try await other.ask("POST", "/moderation/cases/\(its)/assign", at: product.client), 409,
                "Another moderator works on this case")
            let mine = try await moderator.ask("GET", "/moderation/cases?state=mine&order=reports", at: product.client)
            #expect(mine.json.array?.map { $0["id"].text } == [its])
            expectSocialPlayError(
                try await moderator.ask("POST", "/moderation/cases/\(its)/remove", json: "{}", at: product.client), 400)

            let removal = #"{"reason":"It is spam"}"#
            let removed = try await moderator.ask(
                "POST", "/moderation/cases/\(its)/remove", json: removal, at: product.client)
            #expect(removed.status == 200 && removed.json["outcome"].text == "REMOVED", "\(removed.text)")
            #expect(removed.json["targetExists"] == .bool(false))
            expectSocialPlayError(
                try await other.ask("POST", "/moderation/cases/\(its)/dismiss", at: product.client), 409,
                "A moderator has closed this case already")
            expectSocialPlayError(try await product.client.get("/api/v1/posts/\(id)"), 404)
            let outcome = try await reader.ask("GET", "/reports/me", at: product.client).json.array?.first
            #expect(outcome?["outcome"].text == "ACTION_TAKEN" && outcome?["closedAt"].text != nil)

            let actions = try await author.ask("GET", "/moderation/actions/me", at: product.client)
            let action = try #require(actions.json.array?.first)
            #expect(action["action"].text == "REMOVE" && action["reason"].text == "It is spam")
            #expect(!actions.text.contains(moderator.id) && !actions.text.contains(reader.id))
            let path = "/moderation/actions/\(try #require(action["id"].text))"
            let appeal = try await author.ask(
                "POST", "\(path)/appeal", json: #"{"text":"It is not"}"#, at: product.client)
            #expect(appeal.status == 201 && appeal.json["appeal"].text == "It is not", "\(appeal.text)")
            let decision = #"{"decision":"UPHELD","reason":"It is"}"#
            expectSocialPlayError(
                try await moderator.ask("POST", "\(path)/decision", json: decision, at: product.client), 403)
            let decided = try await other.ask("POST", "\(path)/decision", json: decision, at: product.client)
            #expect(decided.status == 200 && decided.json["decision"].text == "UPHELD", "\(decided.text)")
            expectSocialPlayError(try await moderator.ask("GET", "/moderation/audit", at: product.client), 403)
            let audit = try await admin.ask("GET", "/moderation/audit?limit=100", at: product.client)
            let logged = (audit.json.array ?? []).filter { $0["subjectId"].text == author.id }
            #expect(logged.map { $0["action"].text } == ["UPHELD", "APPEAL", "REMOVE", "ASSIGN"])
            #expect(logged[2]["actorId"].text == moderator.id && logged[2]["caseId"].text == its)
        }

        @Test func `a suspended user is logged out, told until when, and appeals by the mail's link`() async throws {
            let (author, reader) = (try await register(), try await register())
            let (moderator, other) = (try await register("make-moderator"), try await register("make-moderator"))
            let wanted = #"{"targetType":"PROFILE","targetId":"\#(author.id)","reason":"HATE"}"#
            #expect(try await reader.ask("POST", "/reports", json: wanted, at: product.client).status == 201)
            let its = try await openCase(of: author.id, for: moderator)
            let path = "/moderation/cases/\(its)/suspend"
            for body in [#"{"reason":"Hate"}"#, #"{"reason":"Hate","hours":0}"#, #"{"reason":"Hate","hours":8761}"#] {
                expectSocialPlayError(try await moderator.ask("POST", path, json: body, at: product.client), 400)
            }
            let done = try await moderator.ask(
                "POST", path, json: #"{"reason":"Hate","hours":24}"#, at: product.client)
            #expect(done.status == 200 && done.json["outcome"].text == "SUSPENDED", "\(done.text)")
            #expect(try await !author.isLoggedIn(at: product.client))
            let login = try await product.client.post("/api/v1/auth/login", json: TestUser.login(email: author.email))
            #expect(login.status == 403 && login.json["message"].text?.hasPrefix("Account is suspended until") == true)
            expectSocialPlayError(try await product.client.get("/api/v1/users/\(author.id)"), 404)
            let subject = "A moderator's decision about your account"
            let letter = try await eventually("the letter is sent") {
                product.mailbox.decodedMail(to: author.email, subject).first
            }
            let link = try #require(letter.text.firstMatch(of: /appeal\?action=([0-9a-f-]+)&token=([A-Za-z0-9_-]+)/))
            let action = "/api/v1/moderation/actions/\(link.1)/appeal"
            expectSocialPlayError(try await product.client.post(action, json: #"{"text":"No"}"#), 401)
            let appeal = try await product.client.post(action, json: #"{"text":"No","token":"\#(link.2)"}"#)
            #expect(appeal.status == 201, "\(appeal.text)")
            let decided = try await other.ask(
                "POST", "/moderation/actions/\(link.1)/decision", json: #"{"decision":"REVERSED","reason":"Right"}"#,
                at: product.client)
            #expect(decided.status == 200, "\(decided.text)")
            _ = try await author.logInOnSocialPlay(at: product.client)
        }

        @Test func `a limited user reads and does not write, on every surface`() async throws {
            let (author, reader) = (try await register(), try await register())
            let moderator = try await register("make-moderator")
            let wanted = #"{"targetType":"PROFILE","targetId":"\#(author.id)","reason":"SPAM"}"#
            #expect(try await reader.ask("POST", "/reports", json: wanted, at: product.client).status == 201)
            let its = try await openCase(of: author.id, for: moderator)
            let limit = try await moderator.ask(
                "POST", "/moderation/cases/\(its)/limit", json: #"{"reason":"Spam","hours":1}"#, at: product.client)
            #expect(limit.status == 200 && limit.json["outcome"].text == "LIMITED", "\(limit.text)")
            let post = try await author.ask("POST", "/posts", json: #"{"content":"More"}"#, at: product.client)
            expectSocialPlayError(post, 403)
            #expect(post.json["message"].text?.contains("you can read but not write") == true)
            expectSocialPlayError(
                try await author.ask("PUT", "/users/me", json: #"{"bio":"More"}"#, at: product.client), 403)
            expectSocialServiceError(
                try await author.sendFriendRequest(to: reader, at: product.client), 403, "FORBIDDEN")
            let follow = "/social/follow/\(reader.id)"
            expectMusiciansError(
                try await product.client.post(follow, json: "{}", token: author.accessToken), 403)
            let picture = try await author.upload(Picture.jpeg, to: product.client)
            #expect(picture.status == 403, "\(picture.text)")
            #expect(try await author.isLoggedIn(at: product.client))
        }

        /// The queue is for moderators: 401 without a login, 403 for a user.
        private func expectClosedToOthers(_ user: TestUser) async throws {
            let id = user.id
            let open = ["/actions/me", "/appeal"]
            let routes = try await product.run("API", ["routes"]).output.split(separator: "\n")
                .filter { route in route.contains(" /api/v1/moderation/") && !open.contains { route.hasSuffix($0) } }
            #expect(routes.count == 12)
            let body = #"{"reason":"x","hours":1,"decision":"UPHELD"}"#
            for route in routes {
                let parts = route.split(separator: " ")
                let path = String(parts[1].dropFirst("/api/v1".count)).replacing(":id", with: id)
                let json = parts[0] == "POST" ? body : nil
                expectSocialPlayError(
                    try await user.ask(String(parts[0]), path, json: json, at: product.client), 403,
                    "Insufficient permissions")
                let stranger =
                    json == nil
                    ? try await product.client.get("/api/v1\(path)")
                    : try await product.client.post("/api/v1\(path)", json: body)
                expectSocialPlayError(stranger, 401)
            }
        }

        private func register(_ command: String? = nil) async throws -> TestUser {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            if let command { #expect(try await product.run("API", [command, user.username]).exit == .code(0)) }
            return user
        }

        /// Other tests report meanwhile.
        private func openCase(of target: String, for moderator: TestUser) async throws -> String {
            let list = try await moderator.ask("GET", "/moderation/cases?limit=100", at: product.client)
            #expect(list.status == 200, "\(list.text)")
            return try #require(list.json.array?.first { $0["targetId"].text == target }?["id"].text)
        }
    }
}
