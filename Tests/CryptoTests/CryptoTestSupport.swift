import Crypto

// Crypto's functions take spans, which `#expect` cannot expand; these take arrays.

func base64(_ bytes: [UInt8]) -> String { Base64URL.encode(bytes.span) }
func base64(_ text: String) -> String { Base64URL.encode(text.utf8.span) }
func plain(_ base64: some StringProtocol) -> [UInt8]? { Base64URL.decode(Array(base64.utf8).span) }
func hex(_ bytes: [UInt8]) -> String { Hex.encode(bytes.span) }
func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool { constantTimeEquals(left.span, right.span) }

extension SHA256 {
    static func digest(of text: String) -> [UInt8] { digest(text.utf8.span) }
}

extension HMACSHA256 {
    func code(of message: [UInt8]) -> [UInt8] { authenticate(message.span) }
    func accepts(_ code: [UInt8], for message: [UInt8]) -> Bool { isValid(code.span, for: message.span) }
}

extension TokenSigner {
    func verify(bytes token: [UInt8], type: TokenType, now: Int) throws(TokenError) -> TokenClaims {
        try verify(token.span, type: type, now: now)
    }
}
