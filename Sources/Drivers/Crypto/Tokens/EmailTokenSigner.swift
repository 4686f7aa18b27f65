internal import Chassis

/// Signs and verifies the tokens in e-mail links. A token is an id and a code over it, so that no secret is stored,
/// neither in the token's row nor in the job that mails it. The row controls single use and expiry.
///
/// The key is derived from the refresh token secret with a label, so that a code is valid for this use only.
package struct EmailTokenSigner: Sendable {
    private static let idSize = 16
    private static let codeSize = 24
    private let code: HMACSHA256

    /// - Parameter secret: The secret of refresh tokens.
    package init(secret: [UInt8]) {
        code = HMACSHA256(key: HMACSHA256(key: secret).authenticate("links in mails".utf8.span))
    }

    /// Returns the token of an id, in characters that need no encoding in a URL.
    /// - Parameters:
    ///   - high: The first eight bytes of the id.
    ///   - low: The last eight bytes.
    ///   - purpose: The only purpose for which the token is valid.
    package func sign(_ high: UInt64, _ low: UInt64, for purpose: String) -> String {
        let id = withUnsafeBytes(of: high.bigEndian, Array.init) + withUnsafeBytes(of: low.bigEndian, Array.init)
        return Base64URL.encode((id + code(of: id, purpose)).span)
    }

    /// Returns the id of a valid token; nil for any other text.
    package func verify(_ token: String, for purpose: String) -> (high: UInt64, low: UInt64)? {
        guard token.utf8.count <= 64, let bytes = Base64URL.decode(token.utf8.span),
            bytes.count == Self.idSize + Self.codeSize
        else { return nil }
        let id = Array(bytes[..<Self.idSize])
        guard constantTimeEquals(code(of: id, purpose).span, Array(bytes[Self.idSize...]).span) else { return nil }
        let half = { (start: Int) in (start..<start + 8).reduce(UInt64(0)) { $0 << 8 | UInt64(id[$1]) } }
        return (half(0), half(8))
    }

    private func code(of id: [UInt8], _ purpose: String) -> [UInt8] {
        Array(code.authenticate((id + Array(purpose.utf8)).span).prefix(Self.codeSize))
    }
}
