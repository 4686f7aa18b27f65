import Foundation
import TestSupport
import Testing

/// S3-5: logging in with the word of an OpenID provider, which is a real one.
@Suite(.showingOutput)
struct ProviderTests {
    @Test func `an unknown identity gets an account and logs in to it again`() async throws {
        try await withProvider { product, issuer in
            let listed = try await product.client.get("/api/v1/auth/providers")
            #expect(
                listed.text
                    == #"{"providers":[{"name":"test","issuer":"\#(issuer.issuer)","clientId":"socialplay"}]}"#)
            let subject = TestUser.newName()
            let first = try await logIn(product, issuer, try await claims(product, issuer, subject))
            #expect(first.status == 200, "\(first.text)")
            let user = first.json["user"]
            #expect(user["email"].text == "\(subject)@example.com")
            #expect(user["username"].text == subject)
            #expect(user["isVerified"] == .bool(true))
            let person = try TestUser(socialPlay: first, password: "")
            #expect(try await person.isLoggedIn(at: product.client))
            // By another name, and signed in the other way.
            let again = try await logIn(
                product, issuer, try await claims(product, issuer, subject, email: nil), #""algorithm":"ES256""#)
            #expect(again.json["user"]["id"].text == person.id, "\(again.text)")
            _ = try await eventually("the greeting comes") {
                product.mailbox.decodedMail(to: person.email, "Welcome to SocialPlay!").first
            }
            // There is no password to guess.
            let guess = try await product.client.post(
                "/api/v1/auth/login", json: TestUser.login(email: person.email, "anything at all"))
            expectSocialPlayError(guess, 401, "Invalid credentials")
        }
    }

    @Test func `a verified address keeps its password at a provider login, an unverified one loses it`() async throws {
        try await withProvider { product, issuer in
            for isVerified in [true, false] {
                let person = try await TestUser.registerOnSocialPlay(at: product.client)
                if isVerified {
                    _ = try await product.texts(
                        "UPDATE accounts SET is_verified = true WHERE id = $1::text::uuid RETURNING email", [person.id])
                }
                let answer = try await logIn(
                    product, issuer,
                    try await claims(product, issuer, TestUser.newName(), email: person.email.uppercased()))
                #expect(answer.json["user"]["id"].text == person.id, "\(answer.text)")
                #expect(answer.json["user"]["isVerified"] == .bool(true))
                #expect(try await person.isLoggedIn(at: product.client) == isVerified)
                let login = try await product.client.post(
                    "/api/v1/auth/login", json: TestUser.login(email: person.email))
                #expect(login.status == (isVerified ? 200 : 401))
            }
        }
    }

    @Test func `an address that the provider has not verified opens no account`() async throws {
        try await withProvider { product, issuer in
            let person = try await TestUser.registerOnSocialPlay(at: product.client)
            let token = try await claims(product, issuer, TestUser.newName(), email: person.email, isVerified: false)
            expectSocialPlayError(try await logIn(product, issuer, token), 401)
            #expect(try await product.texts("SELECT subject FROM provider_identities").isEmpty)
        }
    }

    @Test func `a provider's login needs the code, with which its token can be sent again; staff must enable it`()
        async throws
    {
        try await withProvider { product, issuer in
            let subject = TestUser.newName()
            let first = try await logIn(product, issuer, try await claims(product, issuer, subject))
            let person = try TestUser(socialPlay: first, password: "")
            #expect(try await product.run("API", ["make-admin", person.username]).exit == .code(0))
            let role = {
                try await person.ask(
                    "PUT", "/admin/users/\(person.id)/role", json: #"{"role":"USER"}"#, at: product.client)
            }
            let withheld = try await role()
            #expect(withheld.status == 403)
            #expect(
                withheld.text
                    == #"{"status":"error","message":"Enable two-factor login to use your role","code":"TWO_FACTOR_SETUP_REQUIRED"}"#
            )
            let codes = try await person.enableTwoFactor(at: product.client)
            #expect(try await role().status == 404)

            let token = try await issuer.token(try await claims(product, issuer, subject))
            expectTwoFactorError(
                try await present(token, to: product), "TWO_FACTOR_REQUIRED", "Two-factor code required")
            expectTwoFactorError(
                try await present(token, to: product, code: "000000"), "TWO_FACTOR_INVALID", "Invalid two-factor code")
            let opened = try await present(token, to: product, code: codes[0])
            #expect(opened.json["user"]["id"].text == person.id, "\(opened.text)")
            expectSocialPlayError(
                try await present(token, to: product, code: codes[1]), 401, "The id token was used before")
            // There is no password to ask for.
            let again = try TestUser(socialPlay: opened, password: "")
            let disabled = try await again.ask(
                "DELETE", "/users/me/two-factor", json: #"{"totp":"\#(codes[1])"}"#, at: product.client)
            #expect(disabled.status == 200, "\(disabled.text)")
            // An administrator who has lost the device.
            _ = try await again.enableTwoFactor(at: product.client)
            let reset = try await product.run("API", ["reset-two-factor", person.username])
            #expect(reset.exit == .code(0) && reset.output.contains("two-factor login reset on the command line"))
            #expect(try await product.run("API", ["reset-two-factor", person.username]).exit == .code(1))
            try await eventually("the session ends in another process") {
                try await !again.isLoggedIn(at: product.client)
            }
            #expect(try await logIn(product, issuer, try await claims(product, issuer, subject)).status == 200)
            _ = try await eventually("the change is mailed") {
                product.mailbox.decodedMail(to: person.email, "Two-factor login of your account was changed").first
            }
        }
    }

    // S3-5, X-3
    @Test func `wrong codes of a provider's login make others wait, and not the sources of the account`() async throws {
        try await withProvider(isRateLimited: true) { product, issuer in
            let subject = TestUser.newName()
            let first = try await logIn(product, issuer, try await claims(product, issuer, subject))
            let codes = try await TestUser(socialPlay: first, password: "").enableTwoFactor(at: product.client)
            let token = try await issuer.token(try await claims(product, issuer, subject))
            let answers = try await presentTogether(token, to: product)
            let late = answers.filter { $0.status == 429 }
            #expect(answers.count { $0.status == 401 } >= 10 && !late.isEmpty)
            #expect(answers.count == late.count + answers.count { $0.text.contains("TWO_FACTOR_INVALID") })
            #expect(late.allSatisfy { $0.headers["retry-after"] != nil })
            #expect(try await present(token, at: product.client, code: codes[0]).status == 200)
        }
    }

    @Test func `an id token opens one session`() async throws {
        try await withProvider { product, issuer in
            let token = try await issuer.token(try await claims(product, issuer, TestUser.newName()))
            let statuses = try await withThrowingTaskGroup { group in
                for _ in 0..<6 { group.addTask { try await present(token, to: product).status } }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [200: 1, 401: 5])
            expectSocialPlayError(try await present(token, to: product), 401, "The id token was used before")
        }
    }

    @Test func `a token with another audience, time, issuer or signature is refused`() async throws {
        try await withProvider { product, issuer in
            let now = Int(Date.now.timeIntervalSince1970)
            let good = try await claims(product, issuer, "s")
            let changes: [(from: String, to: String)] = [
                (#""aud":"socialplay""#, #""aud":"somebody""#),
                (#""aud":"socialplay""#, #""aud":["socialplay","somebody"]"#),
                (#""aud":"socialplay""#, #""aud":"socialplay","azp":"somebody""#),
                (#""iss":"\#(issuer.issuer)""#, #""iss":"\#(issuer.issuer)/""#),
                (#""exp":"#, #""exp":\#(now - 100),"x":"#), (#""iat":"#, #""iat":\#(now + 600),"x":"#),
                (#""nonce":""#, #""nonce":"A"#), (#""nonce":""#, #""other":""#), (#""sub":"s""#, #""sub":"""#),
                (#""sub":"s""#, #""sub":5"#), (#""exp":"#, #""expires":"#), (#""sub":"s""#, #""sub":"a\u0000b""#),
                (#""sub":"s""#, #""sub":"\#(String(repeating: "s", count: 256))""#),
                (#""email":"s@"#, #""email":"a\u0000b@"#),
                (#""sub":"s""#, #""sub":"s","preferred_username":"a\u0000b""#),
            ]
            for change in changes {
                let claims = good.replacingOccurrences(of: change.from, with: change.to)
                #expect(claims != good)
                expectSocialPlayError(try await logIn(product, issuer, claims), 401)
            }
            for more in [
                #""foreign":true"#, #""algorithm":"none""#, #""algorithm":"HS256""#, #""kid":"unknown""#,
                #""algorithm":"ES256","kid":"rsa-1""#,
            ] {
                expectSocialPlayError(try await logIn(product, issuer, good, more), 401)
            }
            for text in ["", "x", "a.b.c", String(repeating: "A", count: 30_000)] {
                expectSocialPlayError(try await present(text, to: product), 401)
            }
            expectSocialPlayError(try await product.client.post("/api/v1/auth/providers/none/nonce", json: "{}"), 404)
            expectSocialPlayError(
                try await product.client.post("/api/v1/auth/providers/none/login", json: #"{"idToken":"x"}"#), 404)
            // Nothing was used up.
            #expect(try await logIn(product, issuer, good).status == 200)
        }
    }

    @Test func `keys are cached, refreshed when they change, and reported unavailable when they cannot be read`()
        async throws
    {
        try await withProvider { product, issuer in
            try await issuer.beSilent(true)
            let early = try await logIn(product, issuer, try await claims(product, issuer, TestUser.newName()))
            expectSocialPlayError(early, 503)
            #expect(early.headers["retry-after"] != nil)
            try await issuer.beSilent(false)
            for _ in 0..<3 {
                let answer = try await logIn(product, issuer, try await claims(product, issuer, TestUser.newName()))
                #expect(answer.status == 200, "\(answer.text)")
            }
            #expect(try await issuer.fetches() == 1)
            try await issuer.rotate()
            // An unknown key name causes another fetch, but not at once.
            let subject = TestUser.newName()
            try await eventually("the new keys are known", within: 20) {
                try await logIn(product, issuer, try await claims(product, issuer, subject)).status == 200
            }
            #expect(try await issuer.fetches() <= 3)
        }
    }

    private func withProvider(
        isRateLimited: Bool = false, _ body: (Product, OpenIDIssuer) async throws -> Void
    ) async throws {
        let issuer = try await OpenIDIssuer.start()
        var options = ProductOptions()
        options.isRateLimited = isRateLimited
        options.kinds = [.api, .email]
        options.environment = [
            "OPENID_PROVIDERS": "test=\(issuer.issuer)|socialplay", "TWO_FACTOR_FOR_STAFF": "true",
        ]
        try await Product.run(options) { try await body($0, issuer) }
    }

    /// What a good token says, with a nonce that was just asked for.
    private func claims(
        _ product: Product, _ issuer: OpenIDIssuer, _ subject: String, email: String? = "", isVerified: Bool = true
    ) async throws -> String {
        let begun = try await product.client.post("/api/v1/auth/providers/test/nonce", json: "{}")
        let nonce = try #require(begun.json["nonce"].text)
        let now = Int(Date.now.timeIntervalSince1970)
        let address = email.map { $0.isEmpty ? "\(subject)@example.com" : $0 }
        let about = address.map { #","email":"\#($0)","email_verified":\#(isVerified)"# } ?? ""
        return #"""
            {"iss":"\#(issuer.issuer)","sub":"\#(subject)","aud":"socialplay","exp":\#(now + 300),"iat":\#(now),\#
            "nonce":"\#(nonce)"\#(about)}
            """#
    }

    private func logIn(
        _ product: Product, _ issuer: OpenIDIssuer, _ claims: String, _ more: String = ""
    ) async throws -> ProductAnswer {
        try await present(try await issuer.token(claims, more), to: product)
    }

    private func present(_ token: String, to product: Product, code: String? = nil) async throws -> ProductAnswer {
        try await present(token, at: product.client, code: code)
    }

    /// Sends a token with a wrong code from 24 machines at once.
    private func presentTogether(_ token: String, to product: Product) async throws -> [ProductAnswer] {
        let requests = (1...24).map { number in
            let client = product.client.from("127.0.3.\(number)")
            return Task { try await present(token, at: client, code: "000000") }
        }
        var answers: [ProductAnswer] = []
        for request in requests { answers.append(try await request.value) }
        return answers
    }

    private func present(_ token: String, at client: ProductClient, code: String?) async throws -> ProductAnswer {
        let more = code.map { #","totp":"\#($0)""# } ?? ""
        return try await client.post(
            "/api/v1/auth/providers/test/login", json: #"{"idToken":"\#(token)"\#(more)}"#)
    }
}
