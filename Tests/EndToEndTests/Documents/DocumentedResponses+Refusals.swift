import Foundation
import TestSupport
import Testing

/// What every operation of SocialPlay can meet. The requests follow from the document.
extension DocumentedResponses {
    private static let bodies = [
        "PlayerRegistration": #"{"email":"a@example.com","username":"documented","password":"securePassword123"}"#,
        "PlayerLogin": #"{"email":"a@example.com","password":"securePassword123"}"#,
        "PlayerRefreshToken": #"{"refreshToken":"x"}"#, "ForgottenPassword": #"{"email":"a@example.com"}"#,
        "PasswordReset": #"{"token":"x","newPassword":"newPassword123"}"#,
        "PlayerPasswordChange":
            #"{"oldPassword":"\#(TestUser.usualPassword)","newPassword":"newPassword123"}"#,
        "EmailVerification": #"{"token":"x"}"#, "ProviderLogin": #"{"idToken":"x"}"#,
        "AccountChanges": #"{"bio":"x"}"#, "RoleChange": #"{"role":"MODERATOR"}"#,
        "StatusChange": #"{"isActive":false}"#, "AnnouncementToPublish": #"{"title":"x","body":"y"}"#,
        "PostToPublish": #"{"content":"x"}"#, "PostChanges": #"{"content":"x"}"#, "CommentText": #"{"content":"x"}"#,
        "DraftToKeep": #"{"content":"x"}"#, "DraftChanges": #"{"content":"x"}"#,
        "DirectMessageToSend": #"{"content":"x"}"#, "MessageChanges": #"{"content":"x"}"#,
        "ReactionToMessage": #"{"emoji":"👍"}"#,
        "ReportToSend": #"{"targetType":"POST","targetId":"\#(unknownID)","reason":"SPAM"}"#,
        "CaseReason": #"{"reason":"x"}"#, "CaseReasonAndTime": #"{"reason":"x","hours":1}"#,
        "AppealText": #"{"text":"x"}"#, "AppealDecisionToMake": #"{"decision":"UPHELD","reason":"x"}"#,
        "OneTimePassword": #"{"totp":"000000"}"#,
        "TwoFactorProof": #"{"password":"\#(TestUser.usualPassword)","totp":"000000"}"#,
    ]

    /// An operation, and a valid request to it about what does not exist.
    private struct Operation {
        let call: Call
        let statuses: Set<String>
        let hasBody: Bool
        /// Whether no request needs a token, and one may be sent.
        let isOpen: Bool
        let isForViewers: Bool
        var isForStaff: Bool {
            call.template.contains("/admin/")
                || call.template.contains("/moderation/") && !call.template.hasSuffix("/me")
                    && !call.template.hasSuffix("/appeal")
        }
        /// Whether it has a limit of its own.
        var isLimited: Bool {
            let ends = ["/login", "/register", "/reports"]
            return call.template.contains("password") || ends.contains { call.template.hasSuffix($0) }
                || call.template.contains("/me/two-factor") && call.method != "GET"
        }
        /// Whether a token is not the operation's way to know its user.
        var isForAnyone: Bool { isOpen && !isForViewers }
    }

    private func operations() -> [Operation] {
        document["paths"].names.sorted().filter { $0.hasPrefix("/api/v1/") }.flatMap { template in
            document["paths"][template].names.sorted().map { method in
                let operation = document["paths"][template][method]
                let parameters = (operation["parameters"].array ?? []).compactMap { $0["$ref"].text }
                let schema = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].text
                let name = schema?.split(separator: "/").last.map(String.init)
                let id = template.contains("{id}") ? unknownID : template.contains("{tag}") ? "music" : "none"
                let call = Call(
                    method.uppercased(), template, id,
                    query: parameters.contains { $0.hasSuffix("/searchText") } ? "?q=music" : "",
                    json: name.map { Self.bodies[$0] ?? "{}" })
                let security = operation["security"].array
                return Operation(
                    call: call, statuses: operation["responses"].names, hasBody: name != nil, isOpen: security != nil,
                    isForViewers: security?.isEmpty == false)
            }
        }
    }

    /// Sends each operation what it refuses: wrong input, no token, bodies that are no JSON, unknown identifiers.
    mutating func refuseCalls() async throws {
        // Each user has a hundred requests a minute.
        for (number, operation) in operations().enumerated() where !operation.call.template.hasSuffix("/upload") {
            let call = operation.call
            let caller = operation.isForStaff ? users[7] : users[8 + number % 4]
            try await expect(400, misspelt(call, operation), as: operation.isForAnyone ? nil : caller, operation)
            if !operation.isForAnyone {
                var foreign = call
                foreign.headers["Authorization"] = "Bearer x"
                try await expect(401, foreign, as: nil, operation)
            }
            if operation.isForStaff { try await expect(403, call, as: users[6], operation) }
            let other = operation.isForStaff ? users[7] : users[5]
            try await expect(404, call, as: operation.isForAnyone ? nil : other, operation)
            guard operation.hasBody else { continue }
            var large = call
            large.body = Array(#"{"text":"\#(String(repeating: "x", count: 1_200_000))"}"#.utf8)
            try await expect(413, large, as: operation.isForAnyone ? nil : caller, operation)
            var plain = call
            plain.headers["Content-Type"] = "text/plain"
            try await expect(415, plain, as: operation.isForAnyone ? nil : caller, operation)
        }
    }

    /// The request with an identifier, parameter or body that is not valid.
    private func misspelt(_ call: Call, _ operation: Operation) -> Call {
        var wrong = call
        if call.template.contains("{id}") {
            wrong.id = "no-id"
        } else if call.template.contains("{tag}") {
            wrong.id = "%20"
        } else if operation.hasBody {
            wrong.body = Array("[]".utf8)
        } else {
            let queries = ["/hashtags": "?q=\(String(repeating: "x", count: 65))", "/analytics": "?from=x"]
            wrong.query = queries.first { call.template.contains($0.key) }?.value ?? "?limit=0"
        }
        return wrong
    }

    /// Sends a request if the document has this status for it.
    private mutating func expect(
        _ status: Int, _ call: Call, as user: TestUser?, _ operation: Operation
    ) async throws {
        guard operation.statuses.contains("\(status)") else { return }
        try await expect(status, call, as: user, at: elsewhere())
    }

    // MARK: Limits

    /// Exceeds the general limit of a user and of an address, and each limit of its own.
    mutating func exceedPlayerLimits() async throws {
        let (machine, user) = (elsewhere(), users[5])
        for _ in 0..<100 {
            _ = try await machine.get("/api/v1/auth/providers")
            _ = try await user.ask("GET", "/auth/sessions", at: machine)
        }
        for operation in operations() {
            var call = operation.call
            if operation.isLimited {
                call.body = Array("{}".utf8)
                let machine = elsewhere()
                for _ in 0..<30 { _ = try await machine.send(call.request(as: user)) }
                try await expect(429, call, as: user, at: machine)
            } else {
                try await expect(429, call, as: operation.isForAnyone ? nil : user, at: machine)
            }
        }
    }

    // MARK: Faults

    mutating func breakPlayersDatabase(_ database: DatabaseServer, _ issuer: OpenIDIssuer) async throws {
        let login = "POST /auth/providers/{name}/login"
        let proofs = [try await proof(of: issuer), try await proof(of: issuer)]
        let relations = try await product.texts(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'p')")
        for name in relations { _ = try await product.texts("ALTER TABLE \(name) RENAME TO \(name)_elsewhere") }
        let calls =
            operations().filter { $0.statuses.contains("500") }.map { completed($0.call) }
            .filter { !$0.template.hasSuffix("/providers/{name}/login") }
            + [Call("GET", Self.picture, "\(users[0].id)/\(unknownID).webp")]
        for call in calls { try await expect(500, call, as: users[4], at: elsewhere()) }
        try await play(500, login, "test", json: #"{"idToken":"\#(proofs[0])"}"#, as: nil)
        try await database.stop()
        let (client, path) = (product.client, "/users/\(users[0].id)/profile")
        try await eventually("the outage is noticed", within: 15) { try await client.get(path).status == 503 }
        // Of another user, because each has a hundred requests a minute.
        try await expectTogether(503, calls, as: users[3])
        try await play(503, login, "test", json: #"{"idToken":"\#(proofs[1])"}"#, as: nil)
    }

    /// The call with tokens of users[4] or a picture, which get as far as the database.
    private func completed(_ call: Call) -> Call {
        if call.template.hasSuffix("/media/upload") { return Self.pictureUpload(Picture.jpeg) }
        let members = [
            "/refresh": Self.refreshToken(users[4].refreshToken), "/logout": Self.refreshToken(users[4].refreshToken),
            "/verify-email": #"{"token":"\#(files["verify-email"] ?? "")"}"#,
            "/reset-password": #"{"token":"\#(files["reset-password"] ?? "")","newPassword":"newPassword123"}"#,
        ]
        guard let body = members.first(where: { call.template.hasSuffix($0.key) })?.value else { return call }
        var valid = call
        valid.body = Array(body.utf8)
        return valid
    }

    /// What a provider says of a new user.
    func proof(of issuer: OpenIDIssuer) async throws -> String {
        let begun = try await product.client.post("/api/v1/auth/providers/test/nonce", json: "{}")
        let (name, nonce) = (TestUser.newName(), try #require(begun.json["nonce"].text))
        let now = Int(Date.now.timeIntervalSince1970)
        return try await issuer.token(
            #"""
            {"iss":"\#(issuer.issuer)","sub":"\#(name)","aud":"socialplay","exp":\#(now + 300),"iat":\#(now),\#
            "nonce":"\#(nonce)","email":"\#(name)@example.com","email_verified":true}
            """#)
    }
}
