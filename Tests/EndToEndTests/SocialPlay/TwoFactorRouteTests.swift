import Crypto
import TestSupport
import Testing

extension SharedProduct {
    /// Two-factor login over HTTP: S1-16 to S1-19, S2-49 to S2-54.
    struct TwoFactorRouteTests {
        let product = Product.current

        @Test func `two-factor login is enabled, needed on both surfaces, and disabled`() async throws {
            let client = product.client
            let user = try await TestUser.registerOnSocialPlay(at: client)
            let before = try await user.ask("GET", "/users/me/two-factor", at: client)
            #expect(before.text == #"{"enabled":false,"enabledAt":null,"recoveryCodesLeft":0,"required":false}"#)
            let (app, secret, codes) = try await user.enableTwoFactorWithApp(at: client)
            let state = try await user.ask("GET", "/users/me/two-factor", at: client).json
            #expect(state["enabled"] == .bool(true) && state["recoveryCodesLeft"].number == 10)

            func login(_ path: String, _ totp: String?, password: String = TestUser.usualPassword) async throws
                -> ProductAnswer
            {
                let more = totp.map { #","totp":"\#($0)""# } ?? ""
                return try await client.post(
                    path, json: #"{"email":"\#(user.email)","password":"\#(password)"\#(more)}"#)
            }
            let musicians = try await login("/auth/login", nil)
            #expect(musicians.status == 401 && musicians.headers["www-authenticate"] == "Bearer")
            #expect(
                musicians.text
                    == #"{"success":false,"error":"Two-factor code required","code":"TWO_FACTOR_REQUIRED"}"#)
            expectTwoFactorError(
                try await login("/api/v1/auth/login", nil), "TWO_FACTOR_REQUIRED", "Two-factor code required")
            expectTwoFactorError(
                try await login("/api/v1/auth/login", "000000"), "TWO_FACTOR_INVALID", "Invalid two-factor code")
            expectSocialPlayError(
                try await login("/api/v1/auth/login", "000000", password: "wrong"), 401, "Invalid credentials")
            #expect(try await login("/api/v1/auth/login", "0", password: "").status == 401)
            let number = try await client.post(
                "/auth/login", json: #"{"email":"\#(user.email)","password":"x","totp":123456}"#)
            expectMusiciansError(number, 400, "totp must be a string")

            let code = app.currentCode(1)
            #expect(try await login("/auth/login", code).status == 200)
            expectTwoFactorError(
                try await login("/api/v1/auth/login", code), "TWO_FACTOR_INVALID", "Invalid two-factor code")
            let phone = try TestUser(
                socialPlay: try await login("/api/v1/auth/login", codes[0]), password: TestUser.usualPassword)
            let renewed = try await phone.ask(
                "POST", "/users/me/two-factor/recovery-codes", json: #"{"totp":"\#(codes[1])"}"#, at: client)
            let newCodes = (renewed.json["recoveryCodes"].array ?? []).compactMap(\.text)
            #expect(newCodes.count == 10 && Set(newCodes).isDisjoint(with: codes))
            #expect(try await !user.isLoggedIn(at: client))
            expectSocialPlayError(
                try await phone.ask(
                    "DELETE", "/users/me/two-factor", json: #"{"password":"x","totp":"\#(newCodes[0])"}"#, at: client),
                401, "Invalid credentials")
            let conflict = try await phone.ask("POST", "/users/me/two-factor", at: client)
            #expect(conflict.status == 409 && conflict.json["code"].text == "TWO_FACTOR_ALREADY_ENABLED")

            // An administrator resets it; then it is enabled by PUT, and disabled by its owner.
            let admin = try await TestUser.registerOnSocialPlay(at: client)
            #expect(try await product.run("API", ["make-admin", admin.username]).exit == .code(0))
            let reset = try await admin.ask("DELETE", "/admin/users/\(user.id)/two-factor", at: client)
            #expect(reset.json["id"].text == user.id, "\(reset.text)")
            #expect(try await admin.ask("DELETE", "/admin/users/\(user.id)/two-factor", at: client).status == 409)
            try await eventually("the reset is logged") {
                product.output.split(separator: "\n").contains {
                    $0.contains("administrator reset two-factor login") && $0.contains(admin.id) && $0.contains(user.id)
                }
            }
            let again = try await user.logInOnSocialPlay(at: client)
            let begun = try await again.ask("POST", "/users/me/two-factor", at: client).json["secret"].text ?? ""
            let totp = TOTP(secret: bytes(ofBase32: begun)).currentCode()
            let put = try await again.ask(
                "PUT", "/users/me/two-factor/confirm", json: #"{"totp":"\#(totp)"}"#, at: client)
            let last = put.json["recoveryCodes"].array?.first?.text ?? ""
            let disabled = try await again.ask(
                "DELETE", "/users/me/two-factor",
                json: #"{"password":"\#(TestUser.usualPassword)","totp":"\#(last)"}"#, at: client)
            #expect(disabled.text == #"{"message":"Two-factor login disabled successfully"}"#)
            _ = try await user.logInOnSocialPlay(at: client)
            for hidden in [secret, begun] + codes + newCodes { #expect(!product.output.contains(hidden)) }
        }
    }
}
