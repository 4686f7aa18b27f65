import Chassis
package import Crypto
import Domain
import Storage

/// A pair of tokens for a client.
package struct IssuedTokens: Sendable {
    package let access: String
    package let refresh: String
    /// The token by which the next login recognises the client's device; nil if the pair is not of a login.
    package var device: String?
}

/// Issues and reads the tokens of sessions: access for 15 minutes, refresh for 7 days (S2-64, S2-65).
package struct TokenIssuer: Sendable {
    static let accessSeconds = 15 * 60
    static let refreshSeconds = 7 * 24 * 3_600

    let accessTokens: TokenSigner
    let refreshTokens: TokenSigner
    let devices: DeviceTokens

    package init(accessTokens: TokenSigner, refreshTokens: TokenSigner, devices: DeviceTokens) {
        self.accessTokens = accessTokens
        self.refreshTokens = refreshTokens
        self.devices = devices
    }

    /// Issues a pair for an existing session.
    /// - Parameter ids: The ids of the tokens; nil for new ones. The same ids and time give the same tokens.
    func issue(
        for user: UserID, in session: SessionID, at now: Timestamp,
        ids: (access: Identifier, refresh: Identifier)? = nil
    ) -> IssuedTokens {
        IssuedTokens(
            access: accessTokens.sign(claims(.access, user, session, now, Self.accessSeconds, ids?.access)),
            refresh: refreshTokens.sign(claims(.refresh, user, session, now, Self.refreshSeconds, ids?.refresh)))
    }

    /// Returns the row of a new session and its first pair of tokens.
    func open(
        for user: UserID, client: any Client, at now: Timestamp
    ) -> (session: NewSession, tokens: IssuedTokens) {
        let id = SessionID(unixMilliseconds: now.unixMilliseconds)
        let tokens = issue(for: user, in: id, at: now)
        let session = NewSession(
            id: id, refreshHash: Self.hash(tokens.refresh), expiresAt: Self.refreshExpiry(from: now),
            userAgent: client.userAgent, ipAddress: client.address, source: client.source)
        return (session, tokens)
    }

    /// Returns the user and session that a refresh token was issued for.
    /// - Throws: `refresh_token_invalid`.
    func readRefresh(_ token: String, at now: Timestamp) throws(DomainError) -> Principal {
        guard let claims = try? refreshTokens.verify(token, type: .refresh, now: now.unixSeconds),
            let user = UserID(claims.subject), let session = SessionID(claims.sessionID)
        else { throw .refreshTokenInvalid }
        return Principal(user: user, session: session)
    }

    /// Returns the hash that is stored of a refresh token.
    static func hash(_ token: String) -> [UInt8] {
        SHA256.digest(Array(token.utf8).span)
    }

    static func refreshExpiry(from now: Timestamp) -> Timestamp {
        now.adding(.seconds(refreshSeconds))
    }

    private func claims(
        _ type: TokenType, _ user: UserID, _ session: SessionID, _ now: Timestamp, _ seconds: Int, _ id: Identifier?
    ) -> TokenClaims {
        TokenClaims(
            subject: user.description, type: type, sessionID: session.description,
            tokenID: (id ?? Identifier(unixMilliseconds: now.unixMilliseconds)).description, issuedAt: now.unixSeconds,
            expiresAt: now.unixSeconds + seconds)
    }
}
