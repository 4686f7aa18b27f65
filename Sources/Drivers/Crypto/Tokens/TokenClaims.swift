internal import Chassis
internal import FoundationEssentials

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

/// Why a token is refused.
package enum TokenError: Error, Equatable {
    /// Not a token of ours: its form, header or claims.
    case malformed
    /// Not signed with this secret, or changed since.
    case badSignature
    case expired
    /// Made in the future.
    case notYetValid
    /// A refresh token where an access token belongs, or the other way round.
    case wrongType
}

/// The JOSE header (RFC 7515, section 4). There is one algorithm: a token does not choose how it is verified.
struct TokenHeader: Decodable {
    private let alg: String
    private let typ: String
    /// Extensions that must be understood; none is.
    private let crit: [String]?

    /// Base64url of the header that every token of ours begins with.
    static let ours = Base64URL.encode(#"{"alg":"HS256","typ":"JWT"}"#.utf8.span)

    /// Whether an encoded header means the same as ours.
    static func accepts(_ encoded: borrowing Span<UInt8>) -> Bool {
        if constantTimeEquals(encoded, ours.utf8.span) { return true }
        guard let bytes = Base64URL.decode(encoded), (try? JSONLimits(depth: 4).check(bytes)) != nil,
            let header = try? JSONDecoder().decode(TokenHeader.self, from: Data(bytes))
        else { return false }
        return header.alg == "HS256" && header.typ == "JWT" && header.crit == nil
    }
}

/// What a token is good for.
package enum TokenType: String, Sendable, CaseIterable {
    /// Opens requests, for minutes.
    case access
    /// Buys a new pair of tokens, for days.
    case refresh
}
