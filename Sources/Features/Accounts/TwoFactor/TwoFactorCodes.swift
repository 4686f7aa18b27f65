import Chassis
import Crypto
import Domain
import Storage

/// Makes and reads the codes of two-factor logins: one-time passwords by time (RFC 6238) and recovery codes.
///
/// The secret of an account is stored encrypted under a key that is derived from the secret of refresh tokens; a
/// recovery code has 80 random bits, so that its hash alone is enough. Neither is ever logged.
package struct TwoFactorCodes: Sendable {
    static let recoveryCodeCount = 10
    private static let recoveryCodeSize = 10
    /// The name that authenticator apps show beside the address.
    private static let issuer = "SocialPlay"

    private let key: SealingKey
    private let clock: @Sendable () -> Int

    /// - Parameters:
    ///   - secret: That of refresh tokens; the key is derived from it.
    ///   - clock: Seconds since 1970.
    package init(secret: [UInt8], clock: @escaping @Sendable () -> Int = { Timestamp.now.unixSeconds }) {
        key = SealingKey(secret: secret, purpose: "two-factor secrets")
        self.clock = clock
    }

    // MARK: Secrets and recovery codes

    /// Returns a new secret as users type or scan it, and as it is stored.
    func newSecret(of user: UserID, email: String) -> (setup: TwoFactorSetup, sealed: [UInt8]) {
        let secret = SecureRandom.bytes(TOTP.secretSize)
        let text = Base32.encode(secret.span)
        let label = "\(Self.issuer):\(email)".utf8.reduce(into: "") { label, byte in
            let character = Character(Unicode.Scalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || ":-._~".contains(character) {
                label.append(character)
            } else {
                label += "%" + Hex.encode([byte].span).uppercased()
            }
        }
        let url =
            "otpauth://totp/\(label)?secret=\(text)&issuer=\(Self.issuer)&algorithm=SHA1&digits=\(TOTP.digits)"
            + "&period=\(TOTP.stepSeconds)"
        return (TwoFactorSetup(secret: text, url: url), key.seal(secret, for: user.description))
    }

    /// Returns new recovery codes as users keep them, `abcd-efgh-ijkl-mnop`, and their hashes in base 16.
    func newRecoveryCodes() -> (codes: [String], hashes: [String]) {
        let digits = (0..<Self.recoveryCodeCount).map { _ in
            Base32.encode(SecureRandom.bytes(Self.recoveryCodeSize).span)
        }
        let codes = digits.map { text in
            let groups = stride(from: 0, to: text.count, by: 4).map { text.dropFirst($0).prefix(4) }
            return groups.joined(separator: "-").lowercased()
        }
        return (codes, digits.map { Hex.encode(Self.hash($0).span) })
    }

    private static func hash(_ digits: String) -> [UInt8] { SHA256.digest(Array(digits.utf8).span) }

    // MARK: Reading

    /// Returns what a login spends; nil if the account needs no second factor.
    /// - Throws: `two_factor_required` without a code, `two_factor_invalid`.
    func secondFactor(_ code: String?, of found: AccountStore.Credentials) throws(DomainError) -> SecondFactor? {
        guard let stored = found.secondFactor else { return nil }
        guard let code, !code.isEmpty else { throw .twoFactorRequired }
        return try secondFactor(code, stored, of: found.account.id)
    }

    /// Compares a code. That of a recovery code is left to the statement that spends it.
    /// - Parameter code: Six digits, or a recovery code; spaces, hyphens and case do not matter.
    /// - Throws: `two_factor_invalid`; `unavailable` if the secret was stored under another key.
    func secondFactor(
        _ code: String, _ stored: StoredSecondFactor, of user: UserID
    ) throws(DomainError) -> SecondFactor {
        guard code.utf8.count <= 64 else { throw .twoFactorInvalid }
        let digits = code.filter { $0 != " " && $0 != "-" }.uppercased()
        switch digits.utf8.count {
        case TOTP.digits: return try oneTimePassword(digits, stored, of: user)
        case 16 where Base32.isEncoded(digits): return .recoveryCode(hash: Self.hash(digits))
        default: throw .twoFactorInvalid
        }
    }

    /// Compares a one-time password.
    /// - Throws: `two_factor_invalid`, `unavailable`.
    func oneTimePassword(
        _ code: String, _ stored: StoredSecondFactor, of user: UserID
    ) throws(DomainError) -> SecondFactor {
        guard let secret = key.open(stored.secret, for: user.description) else {
            throw .unavailable(cause: "the two-factor secret of \(user) was stored under another REFRESH_TOKEN_SECRET")
        }
        let digits = code.filter { $0 != " " && $0 != "-" }
        guard let step = TOTP(secret: secret).step(of: digits, at: clock()), step > stored.lastStep else {
            throw .twoFactorInvalid
        }
        return .oneTimePassword(step: step, secret: stored.secret)
    }
}

/// A new secret, for the user's authenticator app. It is shown once.
package struct TwoFactorSetup: Sendable, CustomStringConvertible, CustomReflectable {
    /// In base 32.
    package let secret: String
    /// `otpauth://totp/…`, as apps read it from a QR code.
    package let url: String

    package var description: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
