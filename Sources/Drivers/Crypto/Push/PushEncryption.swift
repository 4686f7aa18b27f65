internal import COpenSSL
internal import Chassis

/// Message encryption for Web Push (RFC 8291, with the content coding `aes128gcm` of RFC 8188).
package enum PushEncryption {
    /// The maximal size of a plaintext in bytes: push services accept 4,096 with all overhead.
    package static let longestText = 3_000
    private static let recordSize: UInt32 = 4_096

    /// - Parameters:
    ///   - publicKey: The subscription's `p256dh` key, 65 bytes.
    ///   - secret: The subscription's `auth` secret, 16 bytes.
    /// - Returns: The request body; nil if the key is invalid.
    package static func encrypt(_ text: [UInt8], publicKey: [UInt8], secret: [UInt8]) -> [UInt8]? {
        encrypt(text, publicKey: publicKey, secret: secret, pair: KeyPair(), salt: SecureRandom.bytes(16))
    }

    static func encrypt(
        _ text: [UInt8], publicKey: [UInt8], secret: [UInt8], pair: KeyPair, salt: [UInt8]
    ) -> [UInt8]? {
        guard text.count <= longestText, secret.count == 16, let shared = pair.secret(with: publicKey) else {
            return nil
        }
        let about = Array("WebPush: info\0".utf8) + publicKey + pair.publicPoint
        let material = HKDF.derive(salt: secret, secret: shared, info: about, count: 32)
        let key = HKDF.derive(
            salt: salt, secret: material, info: Array("Content-Encoding: aes128gcm\0".utf8), count: 16)
        let nonce = HKDF.derive(salt: salt, secret: material, info: Array("Content-Encoding: nonce\0".utf8), count: 12)
        let head = salt + withUnsafeBytes(of: recordSize.bigEndian, Array.init) + [65] + pair.publicPoint
        // The delimiter 2 marks the last record (RFC 8188, section 2).
        return seal(text + [2], key, nonce).map { head + $0 }
    }

    /// Encrypts with AES-128-GCM (SP 800-38D); returns the ciphertext followed by the tag.
    private static func seal(_ text: [UInt8], _ key: [UInt8], _ nonce: [UInt8]) -> [UInt8]? {
        guard let context = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        var sealed = [UInt8](repeating: 0, count: text.count)
        var tag = [UInt8](repeating: 0, count: 16)
        var count: CInt = 0
        var rest: CInt = 0
        let isSealed =
            EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nil, key, nonce) == 1
            && EVP_EncryptUpdate(context, &sealed, &count, text, CInt(text.count)) == 1
            && EVP_EncryptFinal_ex(context, nil, &rest) == 1
            && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, CInt(tag.count), &tag) == 1
        return isSealed && Int(count) == text.count ? sealed + tag : nil
    }
}

/// Identifies the sender to push services (VAPID, RFC 8292).
package struct PushSender: Sendable {
    private static let seconds = 12 * 3_600
    private let pair: KeyPair
    private let contact: String

    /// - Parameter contact: A `mailto:` or `https:` address of the operator.
    package init(pair: KeyPair, contact: String) {
        self.pair = pair
        self.contact = contact
    }

    /// The `applicationServerKey` for a browser's subscription, in base64url.
    package var publicKey: String {
        let point = pair.publicPoint
        return Base64URL.encode(point.span)
    }

    /// Returns the `Authorization` header of a request to a push service.
    /// - Parameters:
    ///   - origin: The service's scheme, host and port.
    ///   - now: Seconds since 1970.
    package func authorization(for origin: String, now: Int) -> String {
        var claims = JSONWriter()
        claims.object { object in
            object.member("aud", origin)
            object.member("exp", now + Self.seconds)
            object.member("sub", contact)
        }
        let head = Base64URL.encode(#"{"typ":"JWT","alg":"ES256"}"#.utf8.span)
        let signed = "\(head).\(Base64URL.encode(claims.bytes.span))"
        let signature = pair.sign(Array(signed.utf8))
        return "vapid t=\(signed).\(Base64URL.encode(signature.span)), k=\(publicKey)"
    }
}
