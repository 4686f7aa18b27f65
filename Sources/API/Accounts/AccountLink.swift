import Chassis
import Crypto
import Social
import Storage

/// Links in mails: good for one hour, and once.
enum AccountLink {
    private static let life = Duration.seconds(3_600)

    static func new(at now: Timestamp) -> NewLink {
        NewLink(id: LinkID(unixMilliseconds: now.unixMilliseconds), expiresAt: now.adding(life))
    }

    /// The link that a token belongs to.
    /// - Throws: ``AccountRefusal/linkRefused``.
    static func read(
        _ token: String, _ purpose: LinkPurpose, signer: LinkSigner
    ) throws(AccountRefusal) -> LinkID {
        guard let (high, low) = signer.verify(token, for: purpose.rawValue) else { throw .linkRefused }
        return LinkID(Identifier(high: high, low: low))
    }
}
