import Chassis
import Crypto
import Domain
import Storage

/// Links in mails: good for one hour, and once.
enum EmailToken {
    private static let life = Duration.seconds(3_600)

    static func new(at now: Timestamp) -> NewEmailToken {
        NewEmailToken(id: EmailTokenID(unixMilliseconds: now.unixMilliseconds), expiresAt: now.adding(life))
    }

    /// The link that a token belongs to.
    /// - Throws: ``AccountRefusal/linkRefused``.
    static func read(
        _ token: String, _ purpose: EmailTokenPurpose, signer: EmailTokenSigner
    ) throws(AccountRefusal) -> EmailTokenID {
        guard let (high, low) = signer.verify(token, for: purpose.rawValue) else { throw .linkRefused }
        return EmailTokenID(Identifier(high: high, low: low))
    }
}
