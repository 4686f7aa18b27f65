import Chassis
import Crypto
import Domain
import Storage

/// The tokens in the links of mails: valid for one hour, and once.
enum EmailToken {
    private static let lifetime = Duration.seconds(3_600)

    static func new(at now: Timestamp) -> NewEmailToken {
        NewEmailToken(id: EmailTokenID(unixMilliseconds: now.unixMilliseconds), expiresAt: now.adding(lifetime))
    }

    /// Returns the id of a signed token.
    /// - Throws: `email_token_invalid`.
    static func read(
        _ token: String, _ purpose: EmailTokenPurpose, signer: EmailTokenSigner
    ) throws(DomainError) -> EmailTokenID {
        guard let (high, low) = signer.verify(token, for: purpose.rawValue) else { throw .emailTokenInvalid }
        return EmailTokenID(Identifier(high: high, low: low))
    }
}
