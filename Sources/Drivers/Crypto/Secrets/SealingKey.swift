internal import CSodium

/// Encrypts small secrets for their rows, by XChaCha20-Poly1305 with a random nonce (libsodium's construction of
/// draft-irtf-cfrg-xchacha-03). A reader of the table alone learns nothing, and a row that was changed or moved to
/// another owner is refused.
package struct SealingKey: Sendable {
    private static let nonceSize = 24
    private static let codeSize = 16

    private let key: [UInt8]

    /// - Parameters:
    ///   - secret: A secret of the service; the key is derived from it.
    ///   - purpose: The only use of the key.
    package init(secret: [UInt8], purpose: String) {
        key = HMACSHA256(key: secret).authenticate(Array(purpose.utf8).span)
    }

    /// Returns the nonce, then the encrypted bytes with their authentication code.
    /// - Parameter owner: What the bytes belong to; it is authenticated and not stored.
    package func seal(_ bytes: [UInt8], for owner: String) -> [UInt8] {
        let nonce = SecureRandom.bytes(Self.nonceSize)
        let context = Array(owner.utf8)
        var sealed = [UInt8](repeating: 0, count: bytes.count + Self.codeSize)
        let result = crypto_aead_xchacha20poly1305_ietf_encrypt(
            &sealed, nil, bytes, UInt64(bytes.count), context, UInt64(context.count), nil, nonce, key)
        precondition(result == 0, "libsodium cannot encrypt")
        return nonce + sealed
    }

    /// Returns the bytes that were sealed; nil if they were sealed by another key, for another owner, or changed.
    package func open(_ sealed: [UInt8], for owner: String) -> [UInt8]? {
        guard sealed.count >= Self.nonceSize + Self.codeSize else { return nil }
        Sodium.start()
        let (nonce, content) = (Array(sealed[..<Self.nonceSize]), Array(sealed[Self.nonceSize...]))
        let context = Array(owner.utf8)
        var bytes = [UInt8](repeating: 0, count: content.count - Self.codeSize)
        let result = crypto_aead_xchacha20poly1305_ietf_decrypt(
            &bytes, nil, nil, content, UInt64(content.count), context, UInt64(context.count), nonce, key)
        return result == 0 ? bytes : nil
    }
}
