package import Domain
import Storage

/// The refusals of accounts and sessions.
extension DomainError {
    static let emailTaken = DomainError(.emailTaken, .conflict, field: "email", "Email already exists")
    static let usernameTaken = DomainError(.usernameTaken, .conflict, field: "username", "Username already exists")
    /// The address is unknown or the password wrong: the client must not learn which (S1-18).
    static let wrongCredentials = DomainError(.wrongCredentials, .unauthenticated, "Invalid credentials")
    static let accountDeactivated = DomainError(.accountDeactivated, .forbidden, "Account is deactivated")
    static let accountNotFound = DomainError(.accountNotFound, .notFound, "User not found")
    static let refreshTokenInvalid = DomainError(.refreshTokenInvalid, .unauthenticated, "Invalid refresh token")
    static let passwordChangedConcurrently = DomainError(
        .passwordChangedConcurrently, .conflict, "The password was changed meanwhile")
    static let emailTokenInvalid = DomainError(
        .emailTokenInvalid, .invalid, "The link is not valid or has expired: ask for a new one")
    static let sessionNotFound = DomainError(.sessionNotFound, .notFound, "Session not found")
    static let exportNotFound = DomainError(.exportNotFound, .notFound, "There is no export: ask for one")
    static let providerNotFound = DomainError(.providerNotFound, .notFound, "There is no such provider")
    static let administratorProtected = DomainError(
        .administratorProtected, .forbidden, "An administrator's account cannot be closed by another administrator")
    static let twoFactorRequired = DomainError(.twoFactorRequired, .unauthenticated, "Two-factor code required")
    /// The code is wrong, or was used before.
    static let twoFactorInvalid = DomainError(.twoFactorInvalid, .unauthenticated, "Invalid two-factor code")
    static let twoFactorSetupRequired = DomainError(
        .twoFactorSetupRequired, .forbidden, "Enable two-factor login to use your role")
    static let twoFactorAlreadyEnabled = DomainError(
        .twoFactorAlreadyEnabled, .conflict, "Two-factor login is enabled already: disable it first")
    static let twoFactorNotBegun = DomainError(
        .twoFactorNotBegun, .conflict, "There is no secret to confirm, or it is older than an hour: ask for a new one")
    static let twoFactorNotEnabled = DomainError(
        .twoFactorNotEnabled, .conflict, "Two-factor login is not enabled")
    static let roleRequired = DomainError(.roleRequired, .forbidden, "Insufficient permissions")

    /// - Parameter reason: For the developer of the client.
    static func identityTokenInvalid(_ reason: String) -> DomainError {
        DomainError(.identityTokenInvalid, .unauthenticated, reason)
    }
}

extension DomainError {
    /// The refusal of a login to an account that is not active.
    init(inactive known: AccountStore.Credentials) {
        self = known.suspendedUntil.map { .accountSuspended(until: $0) } ?? .accountDeactivated
    }

    /// A request without a bearer token. The transports that read tokens throw it.
    package static let tokenMissing = DomainError(.tokenMissing, .unauthenticated, "No token provided")
    package static let tokenInvalid = DomainError(.tokenInvalid, .unauthenticated, "Invalid token")
}
