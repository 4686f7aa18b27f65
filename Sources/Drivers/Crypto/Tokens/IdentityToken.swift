internal import Chassis
internal import FoundationEssentials

/// A parsed ID token of an OpenID provider (OpenID Connect Core 1.0, section 2), not yet verified: see
/// ``claims(verifiedBy:issuer:audience:now:)``.
package struct IdentityToken: Sendable {
    /// Bytes of the longest token that is looked at.
    package static let longestToken = 16_384
    /// The allowed clock skew of the provider, in seconds.
    private static let clockDifference = 60

    /// The id (`kid`) of the signing key.
    package let keyName: String?
    package let algorithm: SignatureAlgorithm
    private let signed: [UInt8]
    private let payload: [UInt8]
    private let signature: [UInt8]

    private struct Header: Decodable {
        let alg: String
        let kid: String?
        /// Extensions that must be understood; none is.
        let crit: [String]?
    }

    /// Parses a token.
    /// - Throws: ``TokenError/malformed``, also for an algorithm that is not in ``SignatureAlgorithm``.
    package init(_ text: String) throws(TokenError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
        guard text.utf8.count <= Self.longestToken, parts.count == 3, let head = Self.decode(parts[0]),
            let payload = Self.decode(parts[1]), let signature = Self.decode(parts[2]),
            (try? JSONLimits(depth: 8).check(head)) != nil,
            let header = try? JSONDecoder().decode(Header.self, from: Data(head)), header.crit == nil,
            let algorithm = SignatureAlgorithm(rawValue: header.alg)
        else { throw .malformed }
        keyName = header.kid
        self.algorithm = algorithm
        self.payload = payload
        self.signature = signature
        signed = parts[0] + [UInt8(ascii: ".")] + parts[1]
    }

    private static func decode(_ part: [UInt8]) -> [UInt8]? { Base64URL.decode(part.span) }

    /// Returns the claims after verifying signature, issuer, audience and time.
    /// - Parameter now: Seconds since 1970.
    /// - Throws: ``TokenError``.
    package func claims(
        verifiedBy keys: [PublicKey], issuer: String, audience: String, now: Int
    ) throws(TokenError) -> IdentityClaims {
        guard keys.contains(where: { $0.algorithm == algorithm && $0.verifies(signature, of: signed.span) }) else {
            throw .badSignature
        }
        guard (try? JSONLimits(depth: 16).check(payload)) != nil,
            let claims = try? JSONDecoder().decode(IdentityClaims.self, from: Data(payload)),
            claims.issuer == issuer, claims.isFor(audience), claims.areStorable
        else { throw .malformed }
        guard now - Self.clockDifference < claims.expiresAt else { throw .expired }
        guard claims.issuedAt <= now + Self.clockDifference else { throw .notYetValid }
        return claims
    }
}

/// The claims of an id token (OpenID Connect Core 1.0, sections 2 and 5.1).
package struct IdentityClaims: Decodable, Sendable {
    package let issuer: String
    /// The stable identifier of the user at that issuer; 1 to 255 bytes.
    package let subject: String
    package let nonce: String?
    package let email: String?
    /// Whether the provider has verified that the user owns the address.
    package let isEmailVerified: Bool
    package let preferredUsername: String?
    let expiresAt: Int
    let issuedAt: Int
    private let audiences: [String]
    private let authorizedParty: String?

    private enum Key: String, CodingKey {
        case iss, sub, aud, azp, exp, iat, nonce, email
        case isEmailVerified = "email_verified"
        case preferredUsername = "preferred_username"
    }

    package init(from decoder: any Decoder) throws {
        let claims = try decoder.container(keyedBy: Key.self)
        issuer = try claims.decode(String.self, forKey: .iss)
        subject = try claims.decode(String.self, forKey: .sub)
        expiresAt = try claims.decode(Int.self, forKey: .exp)
        issuedAt = try claims.decode(Int.self, forKey: .iat)
        nonce = try claims.decodeIfPresent(String.self, forKey: .nonce)
        email = try claims.decodeIfPresent(String.self, forKey: .email)
        preferredUsername = try? claims.decodeIfPresent(String.self, forKey: .preferredUsername)
        authorizedParty = try claims.decodeIfPresent(String.self, forKey: .azp)
        // Some providers encode it as a string.
        let verified = try? claims.decodeIfPresent(Bool.self, forKey: .isEmailVerified)
        isEmailVerified = verified ?? ((try? claims.decode(String.self, forKey: .isEmailVerified)) == "true")
        if let one = try? claims.decode(String.self, forKey: .aud) {
            audiences = [one]
        } else {
            audiences = try claims.decode([String].self, forKey: .aud)
        }
    }

    /// Whether the texts can be stored: a provider, or who controls one, may sign anything. PostgreSQL has no U+0000.
    fileprivate var areStorable: Bool {
        let texts = [subject, nonce, email, preferredUsername].compactMap { $0 }
        return (1...255).contains(subject.utf8.count) && texts.allSatisfy { !$0.utf8.contains(0) }
    }

    /// Whether the token is for this audience (section 3.1.3.7, points 3 to 5).
    func isFor(_ audience: String) -> Bool {
        guard audiences.contains(audience) else { return false }
        if let authorizedParty { return authorizedParty == audience }
        return audiences.count == 1
    }
}
