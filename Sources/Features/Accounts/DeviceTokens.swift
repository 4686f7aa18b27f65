import Chassis
import Crypto
import Domain

/// Issues and reads the tokens by which a login recognises a device that the account was used on before. A token opens
/// nothing: it only gives the device a budget of wrong passwords of its own (``LoginThrottle``).
///
/// A token holds its expiry, the device's random id, and a code over both, the account and the hash of its password.
/// Nothing is stored, and every change of the password revokes all tokens of the account.
package struct DeviceTokens: Sendable {
    /// Since the last login on the device.
    static let lifetime = Duration.seconds(30 * 86_400)
    private static let idSize = 16
    private static let codeSize = 16
    private let code: HMACSHA256

    /// - Parameter secret: That of refresh tokens; the key is derived from it.
    package init(secret: [UInt8]) {
        code = HMACSHA256(key: HMACSHA256(key: secret).authenticate("device tokens".utf8.span))
    }

    /// Returns a token for the device of a client: it keeps the id of a valid token that the client sent.
    /// - Parameters:
    ///   - passwordHash: Of the account from now on; nil without a password.
    ///   - sent: The id of the device, if the client sent a valid token.
    func make(for user: UserID, passwordHash: String?, device sent: String?, at now: Timestamp) -> String {
        let expiry = UInt64(now.adding(Self.lifetime).unixSeconds)
        let id = sent.flatMap { Base64URL.decode($0.utf8.span) } ?? SecureRandom.bytes(Self.idSize)
        let content = withUnsafeBytes(of: expiry.bigEndian, Array.init) + id
        return Base64URL.encode((content + code(of: content, user, passwordHash)).span)
    }

    /// Returns the id of the device whose token a client sent; nil without a token, and for one that has expired or
    /// belongs to another account or an earlier password.
    func device(of client: any Client, user: UserID, passwordHash: String?, at now: Timestamp) -> String? {
        guard let text = client.deviceToken, text.utf8.count <= 64, let bytes = Base64URL.decode(text.utf8.span),
            bytes.count == 8 + Self.idSize + Self.codeSize
        else { return nil }
        let content = Array(bytes[..<(8 + Self.idSize)])
        let expected = code(of: content, user, passwordHash)
        guard constantTimeEquals(expected.span, Array(bytes[content.count...]).span) else { return nil }
        let expiry = content[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard now.unixSeconds < expiry else { return nil }
        return Base64URL.encode(Array(content[8...]).span)
    }

    private func code(of content: [UInt8], _ user: UserID, _ passwordHash: String?) -> [UInt8] {
        let bound = content + Array("\(user) \(passwordHash ?? "")".utf8)
        return Array(code.authenticate(bound.span).prefix(Self.codeSize))
    }
}
