internal import COpenSSL

/// One-time passwords by time (TOTP, RFC 6238) of one secret, as authenticator apps compute them by default: HMAC with
/// SHA-1, six digits, steps of 30 seconds since 1970.
package struct TOTP: Sendable {
    /// Of a new secret, in bytes: the length that RFC 4226, section 4, recommends.
    package static let secretSize = 20
    package static let stepSeconds = 30
    package static let digits = 6
    /// How many steps a client's clock may be ahead or behind (RFC 6238, section 5.2).
    private static let tolerance = 1

    private let secret: [UInt8]

    package init(secret: [UInt8]) {
        self.secret = secret
    }

    /// Returns the number of the step that contains a time.
    package static func step(at unixSeconds: Int) -> Int { unixSeconds / stepSeconds }

    /// Returns the code of a step: the dynamic truncation of RFC 4226, section 5.3.
    package func code(of step: Int) -> String {
        let digest = withUnsafeBytes(of: UInt64(step).bigEndian) { authenticate(Array($0)) }
        let offset = Int(digest[digest.count - 1] & 0x0F)
        let number = digest[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = "\(number % 1_000_000)"
        return String(repeating: "0", count: Self.digits - text.count) + text
    }

    /// Returns the step that a code is of, if that is the present one or a neighbour of it; nil for a wrong code. Takes
    /// the same time for every text of six bytes.
    package func step(of code: String, at unixSeconds: Int) -> Int? {
        let present = Self.step(at: unixSeconds)
        let bytes = Array(code.utf8)
        var found: Int?
        for step in max(0, present - Self.tolerance)...present + Self.tolerance
        where constantTimeEquals(Array(self.code(of: step).utf8).span, bytes.span) { found = step }
        return found
    }

    private func authenticate(_ message: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 20) { buffer, initializedCount in
            let result = EVP_Q_mac(
                nil, "HMAC", nil, "SHA1", nil, secret, secret.count, message, message.count, buffer.baseAddress,
                buffer.count, &initializedCount)
            precondition(result != nil, "OpenSSL has no HMAC with SHA-1")
        }
    }
}
