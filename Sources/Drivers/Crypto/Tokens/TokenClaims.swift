/// What a token says. Times are seconds since 1970.
package struct TokenClaims: Equatable, Sendable {
    /// The user's id.
    package let subject: String
    package let type: TokenType
    /// The login that the token descends from.
    package let sessionID: String
    /// This token's own id.
    package let tokenID: String
    package let issuedAt: Int
    /// The first second at which the token is refused.
    package let expiresAt: Int

    package init(
        subject: String, type: TokenType, sessionID: String, tokenID: String, issuedAt: Int, expiresAt: Int
    ) {
        self.subject = subject
        self.type = type
        self.sessionID = sessionID
        self.tokenID = tokenID
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}
