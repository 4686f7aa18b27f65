import Chassis
import Crypto
import TestSupport
import Testing

extension TestUser {
    /// Enables two-factor login, by the code of the present step.
    /// - Returns: The recovery codes.
    @discardableResult
    func enableTwoFactor(at client: ProductClient) async throws -> [String] {
        try await enableTwoFactorWithApp(at: client).codes
    }

    /// - Returns: The authenticator app too.
    func enableTwoFactorWithApp(at client: ProductClient) async throws -> (app: TOTP, secret: String, codes: [String]) {
        let begun = try await ask("POST", "/users/me/two-factor", at: client)
        #expect(begun.status == 201 && begun.json.names == ["secret", "otpauthUrl"], "\(begun.text)")
        let secret = begun.json["secret"].text ?? ""
        let app = TOTP(secret: bytes(ofBase32: secret))
        let confirmed = try await ask(
            "POST", "/users/me/two-factor/confirm", json: #"{"totp":"\#(app.currentCode())"}"#, at: client)
        #expect(confirmed.status == 200, "\(confirmed.text)")
        let codes = (confirmed.json["recoveryCodes"].array ?? []).compactMap(\.text)
        try #require(codes.count == 10)
        return (app, secret, codes)
    }
}

extension TOTP {
    /// Returns the code of the present step, or of one after it.
    func currentCode(_ steps: Int = 0) -> String { code(of: Self.step(at: Timestamp.now.unixSeconds) + steps) }
}

/// Expects a refusal of SocialPlay for the want of a code.
func expectTwoFactorError(
    _ answer: ProductAnswer, _ code: String, _ sentence: String, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == 401, sourceLocation: sourceLocation)
    #expect(
        answer.text == #"{"status":"error","message":"\#(sentence)","code":"\#(code)"}"#,
        sourceLocation: sourceLocation)
}
