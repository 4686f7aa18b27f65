internal import COpenSSL

/// A public key that verifies the signatures of one algorithm.
///
/// `@unchecked Sendable`: an `EVP_PKEY` is only read after it was made.
package final class PublicKey: @unchecked Sendable {
    package let algorithm: SignatureAlgorithm
    private let key: OpaquePointer

    /// The identifiers of `rsaEncryption` (RFC 3279, 2.3.1) and of `id-ecPublicKey` on `prime256v1` (RFC 5480, 2.1.1).
    private static let rsa: [UInt8] = [
        0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
    ]
    private static let p256: [UInt8] = [
        0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D,
        0x03,
        0x01, 0x07,
    ]

    /// Creates an RSA key of 2,048 to 8,192 bits; nil for any other size.
    /// - Parameters:
    ///   - modulus: Big-endian.
    ///   - exponent: Big-endian.
    package convenience init?(modulus: [UInt8], exponent: [UInt8]) {
        let modulus = Array(modulus.drop { $0 == 0 })
        guard (256...1_024).contains(modulus.count), (1...8).contains(exponent.count) else { return nil }
        let numbers = DER.sequence(DER.integer(modulus), DER.integer(exponent))
        self.init(.rs256, DER.sequence(Self.rsa, DER.bitString(numbers)))
    }

    /// Creates a key on P-256; nil if the point is not on the curve.
    /// - Parameters:
    ///   - x: 32 bytes, big-endian.
    ///   - y: 32 bytes, big-endian.
    package convenience init?(x: [UInt8], y: [UInt8]) {
        guard x.count == 32, y.count == 32 else { return nil }
        self.init(.es256, DER.sequence(Self.p256, DER.bitString([4] + x + y)))
    }

    /// - Parameter information: A `SubjectPublicKeyInfo` (RFC 5280, section 4.1).
    private init?(_ algorithm: SignatureAlgorithm, _ information: [UInt8]) {
        let key = information.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return d2i_PUBKEY(nil, &start, bytes.count)
        }
        guard let key else { return nil }
        self.key = key
        self.algorithm = algorithm
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// Calls `body` with the `EVP_PKEY`.
    func withKey<Value>(_ body: (OpaquePointer) -> Value) -> Value { body(key) }

    /// Verifies a signature of a message.
    package func verifies(_ signature: [UInt8], of message: borrowing Span<UInt8>) -> Bool {
        var signature = signature
        if algorithm == .es256 {
            guard signature.count == 64 else { return false }
            signature = DER.sequence(DER.integer(signature[..<32]), DER.integer(signature[32...]))
        }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, SHA256.algorithm, nil, key) == 1 else { return false }
        return message.withUnsafeBufferPointer { message in
            EVP_DigestVerify(context, signature, signature.count, message.baseAddress, message.count) == 1
        }
    }
}

/// The signature algorithms of third-party tokens (RFC 7518, section 3.1). Only asymmetric ones: accepting HS256 would
/// allow to sign with the public key as the secret.
package enum SignatureAlgorithm: String, Sendable {
    /// RSA (PKCS #1, version 1.5) with SHA-256.
    case rs256 = "RS256"
    /// ECDSA on P-256 with SHA-256; the signature is r and s, 32 bytes each.
    case es256 = "ES256"
}

/// The DER (ITU-T X.690) of public keys and ECDSA signatures.
enum DER {
    static func sequence(_ content: [UInt8]...) -> [UInt8] { element(0x30, content.flatMap { $0 }) }

    /// Encodes a non-negative integer, given big-endian.
    static func integer(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var content = Array(bytes.drop { $0 == 0 })
        if content.first.map({ $0 >= 0x80 }) ?? true { content.insert(0, at: 0) }
        return element(0x02, content)
    }

    static func bitString(_ bytes: [UInt8]) -> [UInt8] { element(0x03, [0] + bytes) }

    /// Decodes a sequence of non-negative integers written by OpenSSL, without leading zeros.
    static func numbers(ofSequence der: [UInt8]) -> [[UInt8]] {
        var numbers: [[UInt8]] = []
        var rest = der.dropFirst(2)
        while rest.count > 2 {
            let count = Int(rest[rest.startIndex + 1])
            numbers.append(Array(rest.dropFirst(2).prefix(count).drop { $0 == 0 }))
            rest = rest.dropFirst(2 + count)
        }
        return numbers
    }

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let length: [UInt8] =
            switch count {
            case ..<0x80: [UInt8(count)]
            case ..<0x100: [0x81, UInt8(count)]
            default: [0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
            }
        return [tag] + length + content
    }
}
