/// What an id token says of somebody (OpenID Connect Core 1.0, sections 2 and 5.1).
package struct IdentityClaims: Decodable, Sendable {
    package let issuer: String
    /// Names the person for ever at that issuer; at most 255 bytes.
    package let subject: String
    package let nonce: String?
    package let email: String?
    /// Whether the provider has seen that the address is theirs.
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
        // Some providers write it as a text.
        let verified = try? claims.decodeIfPresent(Bool.self, forKey: .isEmailVerified)
        isEmailVerified = verified ?? ((try? claims.decode(String.self, forKey: .isEmailVerified)) == "true")
        if let one = try? claims.decode(String.self, forKey: .aud) {
            audiences = [one]
        } else {
            audiences = try claims.decode([String].self, forKey: .aud)
        }
    }

    /// Section 3.1.3.7, points 3 to 5.
    func isFor(_ audience: String) -> Bool {
        guard audiences.contains(audience) else { return false }
        if let authorizedParty { return authorizedParty == audience }
        return audiences.count == 1
    }
}
