import Crypto

/// Nonces that tie an id token to a login that began here (OpenID Connect Core 1.0, section 15.5.2): expiry, random
/// bytes, and an HMAC over both, so that nothing is stored until a nonce is used.
struct ProviderNonce: Sendable {
    static let seconds = 600
    private static let randomSize = 16
    private static let codeSize = 16
    private let code: HMACSHA256

    /// - Parameter secret: That of refresh tokens; the key is derived from it.
    init(secret: [UInt8]) {
        code = HMACSHA256(key: HMACSHA256(key: secret).authenticate("nonces of id tokens".utf8.span))
    }

    /// - Parameter now: Seconds since 1970.
    func make(for provider: Provider, now: Int) -> String {
        let expiry = withUnsafeBytes(of: UInt64(now + Self.seconds).bigEndian, Array.init)
        let content = expiry + SecureRandom.bytes(Self.randomSize)
        return Base64URL.encode((content + code(of: content, provider)).span)
    }

    /// Returns the expiry of a nonce, in seconds since 1970; nil for any other text and for an expired nonce.
    func expiry(of text: String, for provider: Provider, now: Int) -> Int? {
        guard text.utf8.count <= 64, let bytes = Base64URL.decode(text.utf8.span),
            bytes.count == 8 + Self.randomSize + Self.codeSize
        else { return nil }
        let content = Array(bytes[..<(8 + Self.randomSize)])
        guard constantTimeEquals(code(of: content, provider).span, Array(bytes[content.count...]).span) else {
            return nil
        }
        let expiry = bytes[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(exactly: expiry).flatMap { now < $0 ? $0 : nil }
    }

    private func code(of content: [UInt8], _ provider: Provider) -> [UInt8] {
        Array(code.authenticate((content + Array(provider.name.utf8)).span).prefix(Self.codeSize))
    }
}
