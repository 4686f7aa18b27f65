internal import Chassis

/// Signs and verifies the product's own tokens: JWT (RFC 7519) in compact form (RFC 7515), HS256 only.
///
/// Access and refresh tokens have separate secrets, hence separate signers. Fast enough for an event loop.
package struct TokenSigner: Sendable {
    /// Bytes of the longest token that is looked at.
    package static let longestToken = 2_048
    /// The minimal length of a secret in bytes: that of the digest (RFC 7518, section 3.2).
    package static let shortestSecret = SHA256.size

    /// The allowed clock skew between the machines, in seconds.
    private static let clockDifference = 60

    private let code: HMACSHA256

    /// - Parameter secret: At least ``shortestSecret`` bytes.
    package init(secret: [UInt8]) {
        precondition(secret.count >= Self.shortestSecret, "the secret is too short to sign tokens with")
        code = HMACSHA256(key: secret)
    }

    /// Returns the token of claims, whose ids must be short enough for ``longestToken``, as UUIDs are.
    package func sign(_ claims: TokenClaims) -> String {
        var payload = JSONWriter()
        payload.object { object in
            object.member("userId", claims.subject)
            object.member("type", claims.type.rawValue)
            object.member("sub", claims.subject)
            object.member("iat", claims.issuedAt)
            object.member("exp", claims.expiresAt)
            object.member("jti", claims.tokenID)
            object.member("sid", claims.sessionID)
        }
        var token = TokenHeader.ours + "."
        token += Base64URL.encode(payload.bytes.span)
        let signature = code.authenticate(token.utf8.span)
        token += "."
        token += Base64URL.encode(signature.span)
        return token
    }

    /// Returns the claims of a valid, unexpired token of a type; `now` is in seconds since 1970.
    package func verify(_ token: String, type: TokenType, now: Int) throws(TokenError) -> TokenClaims {
        try verify(token.utf8.span, type: type, now: now)
    }

    /// Returns the claims of a valid, unexpired token of a type; `now` is in seconds since 1970. The payload is parsed
    /// only after the signature is verified.
    package func verify(
        _ token: borrowing Span<UInt8>, type: TokenType, now: Int
    ) throws(TokenError) -> TokenClaims {
        guard token.count <= Self.longestToken, let (firstDot, secondDot) = dots(in: token),
            TokenHeader.accepts(token.extracting(0..<firstDot)),
            let signature = Base64URL.decode(token.extracting((secondDot + 1)...))
        else { throw .malformed }
        guard code.isValid(signature.span, for: token.extracting(0..<secondDot)) else { throw .badSignature }

        guard let json = Base64URL.decode(token.extracting(firstDot + 1..<secondDot)),
            let payload = TokenPayload(parsing: json), payload.userId == payload.sub
        else { throw .malformed }
        guard payload.type == type.rawValue else { throw .wrongType }
        guard now < payload.exp else { throw .expired }
        guard payload.iat <= now || payload.iat - now <= Self.clockDifference else { throw .notYetValid }
        return TokenClaims(
            subject: payload.sub, type: type, sessionID: payload.sid, tokenID: payload.jti, issuedAt: payload.iat,
            expiresAt: payload.exp)
    }

    /// Returns the indices of the two dots; nil if there are more or fewer.
    private func dots(in token: borrowing Span<UInt8>) -> (Int, Int)? {
        var first: Int?
        var second: Int?
        for index in token.indices where token[index] == UInt8(ascii: ".") {
            guard second == nil else { return nil }
            if first == nil { first = index } else { second = index }
        }
        guard let first, let second else { return nil }
        return (first, second)
    }
}
