internal import Chassis
internal import FoundationEssentials

/// The claims of a token. Times are seconds since 1970.
package struct TokenClaims: Equatable, Sendable {
    /// The user's id.
    package let subject: String
    package let type: TokenType
    /// The id of the session of the token.
    package let sessionID: String
    /// This token's own id.
    package let tokenID: String
    package let issuedAt: Int
    /// The first second at which the token is invalid.
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
    /// The form, the header or the claims are invalid.
    case malformed
    /// The signature does not match this secret.
    case badSignature
    case expired
    /// Issued in the future.
    case notYetValid
    /// A refresh token instead of an access token, or vice versa.
    case wrongType
}

/// The JOSE header (RFC 7515, section 4). Only HS256 is accepted: a token does not choose its verification.
struct TokenHeader: Decodable {
    private let alg: String
    private let typ: String
    /// Extensions that must be understood; none is.
    private let crit: [String]?

    /// The encoded header of every token that ``TokenSigner`` signs.
    static let ours = Base64URL.encode(#"{"alg":"HS256","typ":"JWT"}"#.utf8.span)

    /// Whether an encoded header is equivalent to ``ours``.
    static func accepts(_ encoded: borrowing Span<UInt8>) -> Bool {
        if constantTimeEquals(encoded, ours.utf8.span) { return true }
        guard let bytes = Base64URL.decode(encoded), (try? JSONLimits(depth: 4).check(bytes)) != nil,
            let header = try? JSONDecoder().decode(TokenHeader.self, from: Data(bytes))
        else { return false }
        return header.alg == "HS256" && header.typ == "JWT" && header.crit == nil
    }
}

/// The type of a token.
package enum TokenType: String, Sendable, CaseIterable {
    /// Authorises requests; valid for minutes.
    case access
    /// Is exchanged for a new pair of tokens; valid for days.
    case refresh
}
