internal import COpenSSL

/// HMAC with SHA-256 (RFC 2104) under one key.
///
/// `@unchecked Sendable`: the template is set up once and afterwards only duplicated, which reads it.
package final class HMACSHA256: @unchecked Sendable {
    /// The length of an authentication code, in bytes.
    package static let size = SHA256.size

    /// The context after keying.
    private let template: OpaquePointer

    /// - Parameter key: Of any length; longer than 32 bytes adds no strength.
    package init(key: [UInt8]) {
        // An empty key equals a key of zeros, but a null pointer would mean the previous key.
        let key = key.isEmpty ? [0] : key
        guard let algorithm = EVP_MAC_fetch(nil, OSSL_MAC_NAME_HMAC, nil), let template = EVP_MAC_CTX_new(algorithm)
        else { preconditionFailure("OpenSSL has no HMAC") }
        EVP_MAC_free(algorithm)
        self.template = template
        var digest = Array("SHA256".utf8CString)
        let started = digest.withUnsafeMutableBufferPointer { name in
            let parameters = [
                OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            return EVP_MAC_init(template, key, key.count, parameters)
        }
        precondition(started == 1, "OpenSSL has no HMAC with SHA-256")
    }

    deinit {
        EVP_MAC_CTX_free(template)
    }

    /// Returns the authentication code of a message: ``size`` bytes.
    package func authenticate(_ message: borrowing Span<UInt8>) -> [UInt8] {
        guard let context = EVP_MAC_CTX_dup(template) else { preconditionFailure("OpenSSL has no memory") }
        defer { EVP_MAC_CTX_free(context) }
        let updated = message.withUnsafeBufferPointer { EVP_MAC_update(context, $0.baseAddress, $0.count) }
        precondition(updated == 1, "OpenSSL cannot authenticate")
        return [UInt8](unsafeUninitializedCapacity: Self.size) { buffer, initializedCount in
            let finished = EVP_MAC_final(context, buffer.baseAddress, &initializedCount, buffer.count)
            precondition(finished == 1, "OpenSSL cannot authenticate")
        }
    }

    /// Verifies the code of a message in constant time.
    package func isValid(_ code: borrowing Span<UInt8>, for message: borrowing Span<UInt8>) -> Bool {
        constantTimeEquals(authenticate(message).span, code)
    }
}

/// Key derivation by HKDF with SHA-256 (RFC 5869).
enum HKDF {
    /// - Parameter count: Bytes; at most 32.
    static func derive(salt: [UInt8], secret: [UInt8], info: [UInt8], count: Int) -> [UInt8] {
        let extracted = HMACSHA256(key: salt).authenticate(secret.span)
        return Array(HMACSHA256(key: extracted).authenticate((info + [1]).span).prefix(count))
    }
}
