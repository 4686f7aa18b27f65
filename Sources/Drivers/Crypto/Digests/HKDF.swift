/// Makes keys of a secret (RFC 5869), with SHA-256.
enum HKDF {
    /// - Parameter count: Bytes; at most 32.
    static func derive(salt: [UInt8], secret: [UInt8], info: [UInt8], count: Int) -> [UInt8] {
        let extracted = HMACSHA256(key: salt).authenticate(secret.span)
        return Array(HMACSHA256(key: extracted).authenticate((info + [1]).span).prefix(count))
    }
}
