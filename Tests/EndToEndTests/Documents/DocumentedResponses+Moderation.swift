import TestSupport
import Testing

/// Reports and moderation of SocialPlay.
extension DocumentedResponses {
    private static let its = "/moderation/cases/{id}"
    private static let action = "/moderation/actions/{id}"

    mutating func useModeration() async throws {
        let (author, reporter, admin) = (users[0], users[1], users[7])
        let (moderator, other) = (try await registerModerator(), try await registerModerator())
        let post = try await author.ask("POST", "/posts", json: #"{"content":"Buy"}"#, at: product.client)
        let target = try #require(post.json["id"].text)
        let its = try await openCase("POST", of: target, by: reporter, for: moderator)
        try await play(200, "GET /moderation/cases", query: "?state=open&order=reports", as: moderator)
        try await play(200, "GET \(Self.its)", its, as: moderator)
        try await play(200, "POST \(Self.its)/assign", its, json: "{}", as: moderator)
        try await play(409, "POST \(Self.its)/assign", its, json: "{}", as: other)
        try await play(409, "POST \(Self.its)/release", its, as: other)
        try await play(200, "POST \(Self.its)/release", its, as: moderator)

        let bodies = [
            ("dismiss", "{}"), ("warn", #"{"reason":"Spam"}"#), ("limit", #"{"reason":"Spam","hours":1}"#),
            ("suspend", #"{"reason":"Spam","hours":1}"#),
        ]
        try await play(200, "POST \(Self.its)/remove", its, json: bodies[1].1, as: moderator)
        for (decision, json) in bodies + [("remove", bodies[1].1)] {
            try await play(409, "POST \(Self.its)/\(decision)", its, json: json, as: other)
        }
        for (decision, json) in bodies {
            let owner = decision == "suspend" ? try await TestUser.registerOnSocialPlay(at: elsewhere()) : author
            let its = try await openCase("PROFILE", of: owner.id, by: reporter, for: moderator)
            try await play(200, "POST \(Self.its)/\(decision)", its, json: json, as: moderator)
        }
        try await play(200, "GET /reports/me", as: reporter)

        let actions = try await play(200, "GET /moderation/actions/me", as: author)
        let id = try #require(actions.json.array?.first?["id"].text)
        let decision = #"{"decision":"UPHELD","reason":"It is"}"#
        try await play(409, "POST \(Self.action)/decision", id, json: decision, as: other)
        for status in [201, 409] {
            try await play(status, "POST \(Self.action)/appeal", id, json: #"{"text":"It is not"}"#, as: author)
        }
        try await play(200, "GET /moderation/appeals", as: other)
        try await play(200, "POST \(Self.action)/decision", id, json: decision, as: other)
        try await play(200, "GET /moderation/audit", as: admin)
    }

    private mutating func registerModerator() async throws -> TestUser {
        let user = try await TestUser.registerOnSocialPlay(at: elsewhere())
        _ = try await product.texts(
            "UPDATE accounts SET role = 'MODERATOR' WHERE id = $1::text::uuid RETURNING role", [user.id])
        return user
    }

    private mutating func openCase(
        _ kind: String, of target: String, by reporter: TestUser, for moderator: TestUser
    ) async throws -> String {
        let report = #"{"targetType":"\#(kind)","targetId":"\#(target)","reason":"SPAM","details":"Look"}"#
        try await play(201, "POST /reports", json: report, as: reporter)
        let cases = try await moderator.ask("GET", "/moderation/cases?limit=100", at: elsewhere())
        return try #require(cases.json.array?.first { $0["targetId"].text == target }?["id"].text)
    }
}
