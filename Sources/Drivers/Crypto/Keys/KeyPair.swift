internal import COpenSSL

/// A key pair on P-256 (FIPS 186-4) for ECDH and ECDSA.
///
/// `@unchecked Sendable`: an `EVP_PKEY` is only read after it was made.
package final class KeyPair: @unchecked Sendable {
    private let key: OpaquePointer
    /// The public point, uncompressed: 65 bytes.
    package let publicPoint: [UInt8]

    /// Generates a key pair.
    package init() {
        guard let key = copenssl_new_key(), let point = Self.point(of: key) else {
            preconditionFailure("OpenSSL cannot generate a key")
        }
        self.key = key
        publicPoint = point
    }

    /// Parses a private key on P-256 in PEM; nil if it is none.
    package init?(pem: [UInt8]) {
        let found = pem.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            guard let file = BIO_new_mem_buf(bytes.baseAddress, CInt(bytes.count)) else { return nil }
            defer { BIO_free(file) }
            return PEM_read_bio_PrivateKey(file, nil, nil, nil)
        }
        guard let key = found else { return nil }
        guard let point = Self.point(of: key) else {
            EVP_PKEY_free(key)
            return nil
        }
        self.key = key
        publicPoint = point
    }

    deinit {
        EVP_PKEY_free(key)
    }

    private static func point(of key: OpaquePointer) -> [UInt8]? {
        var point = [UInt8](repeating: 0, count: 65)
        var count = 0
        var curve = [CChar](repeating: 0, count: 32)
        var length = 0
        guard EVP_PKEY_get_group_name(key, &curve, curve.count, &length) == 1,
            String(decoding: curve.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self) == SN_X9_62_prime256v1
        else { return nil }
        let isWritten = EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, &point, point.count, &count) == 1
        return isWritten && count == 65 && point[0] == 4 ? point : nil
    }

    /// The private key in PEM (RFC 5958); secret.
    package var pem: [UInt8] {
        guard let file = BIO_new(BIO_s_mem()) else { preconditionFailure("OpenSSL has no memory") }
        defer { BIO_free(file) }
        precondition(PEM_write_bio_PrivateKey(file, key, nil, nil, 0, nil, nil) == 1, "OpenSSL cannot write the key")
        var text = [UInt8](repeating: 0, count: 4_096)
        let count = BIO_read(file, &text, CInt(text.count))
        return Array(text.prefix(Int(max(0, count))))
    }

    /// Returns the shared secret with another key pair (ECDH, SP 800-56A): 32 bytes.
    /// - Parameter point: The peer's public point, uncompressed.
    /// - Returns: Nil if the point is not on the curve.
    package func secret(with point: [UInt8]) -> [UInt8]? {
        guard point.count == 65, point[0] == 4,
            let other = PublicKey(x: Array(point[1..<33]), y: Array(point[33...])),
            let context = EVP_PKEY_CTX_new(key, nil)
        else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var secret = [UInt8](repeating: 0, count: 32)
        var count = secret.count
        let isAgreed = other.withKey { other in
            EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_derive_set_peer(context, other) == 1
                && EVP_PKEY_derive(context, &secret, &count) == 1
        }
        return isAgreed && count == 32 ? secret : nil
    }

    /// Signs with ECDSA and SHA-256 in JOSE form: r and s, 32 bytes each (RFC 7518, section 3.4).
    package func sign(_ message: [UInt8]) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("OpenSSL has no memory") }
        defer { EVP_MD_CTX_free(context) }
        var der = [UInt8](repeating: 0, count: 80)
        var count = der.count
        let isSigned =
            EVP_DigestSignInit(context, nil, SHA256.algorithm, nil, key) == 1
            && EVP_DigestSign(context, &der, &count, message, message.count) == 1
        precondition(isSigned, "OpenSSL cannot sign")
        return DER.numbers(ofSequence: Array(der.prefix(count))).flatMap { number in
            [UInt8](repeating: 0, count: max(0, 32 - number.count)) + number
        }
    }
}
