/// How a foreign token is signed (RFC 7518, section 3.1). There are two, both with a key that its maker publishes: a
/// secret that both sides know could be confused with one.
package enum SignatureAlgorithm: String, Sendable {
    /// RSA (PKCS #1, version 1.5) with SHA-256.
    case rs256 = "RS256"
    /// ECDSA on P-256 with SHA-256; the signature is r and s, 32 bytes each.
    case es256 = "ES256"
}
