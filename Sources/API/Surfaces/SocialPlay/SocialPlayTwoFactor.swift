import Chassis
import Domain
import Features
import HTTP

/// `/api/v1/users/me/two-factor` of SocialPlay: beyond the document. `totp` is a one-time password or a recovery code.
struct SocialPlayTwoFactor: Sendable {
    let twoFactor: ManageTwoFactor
    let responses: SocialPlayResponses

    /// `{enabled, enabledAt, recoveryCodesLeft, required}`
    @Sendable func read(_ request: Request, by caller: Caller) async throws -> Response {
        let state = try await twoFactor.read(by: caller)
        return responses.object { body in
            body.member("enabled", state.enabledAt != nil)
            body.member("enabledAt", state.enabledAt?.text(.milliseconds))
            body.member("recoveryCodesLeft", state.recoveryCodeCount)
            body.member("required", state.isRequired)
        }
    }

    /// `{secret, otpauthUrl}`
    @Sendable func begin(_ request: Request, by caller: Caller) async throws -> Response {
        let setup = try await twoFactor.begin(by: caller)
        return responses.object(201) { body in
            body.member("secret", setup.secret)
            body.member("otpauthUrl", setup.url)
        }
    }

    private struct Code: Decodable {
        let totp: String
    }

    @Sendable func confirm(_ request: Request, by caller: Caller) async throws -> Response {
        let body = try await request.json(Code.self)
        return recoveryCodes(try await twoFactor.confirm(body.totp, by: caller))
    }

    private struct Proof: Decodable {
        let password: String?
        let totp: String?
    }

    @Sendable func disable(_ request: Request, by caller: Caller) async throws -> Response {
        let body = try await request.json(Proof.self)
        try await twoFactor.disable(password: body.password, code: body.totp, by: caller)
        return responses.message("Two-factor login disabled successfully")
    }

    @Sendable func renewRecoveryCodes(_ request: Request, by caller: Caller) async throws -> Response {
        let body = try await request.json(Code.self)
        return recoveryCodes(try await twoFactor.renewRecoveryCodes(code: body.totp, by: caller))
    }

    /// `{recoveryCodes}`
    private func recoveryCodes(_ codes: [String]) -> Response {
        responses.object { body in body.member("recoveryCodes", array: codes) { $0.value($1) } }
    }
}
