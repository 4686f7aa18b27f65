import Chassis
import Crypto
package import Domain
import Storage
import Web

/// Adds and removes the browsers that receive the caller's notifications by Web Push (RFC 8030).
package struct ManagePushSubscriptions: Sendable {
    let subscriptions: PushSubscriptions
    let pushSender: PushSender
    /// The addresses that users may name.
    let destinations: WebDestinations

    /// The server's public key (RFC 8292), which a browser subscribes with.
    package var publicKey: String { pushSender.publicKey }

    /// - Parameters:
    ///   - publicKey: Of the browser's subscription, in base64url (RFC 8291).
    ///   - secret: Its authentication secret, in base64url.
    /// - Throws: `validation_failed` for malformed keys, and for an address that cannot be a push service;
    ///   `token_invalid` if the caller's account is closed.
    package func add(
        endpoint: String, publicKey: String, secret: String, by caller: Caller
    ) async throws(DomainError) -> SubscriptionID {
        guard let url = WebURL(endpoint), destinations.allow(url) else {
            throw DomainError(field: "endpoint", reason: "endpoint must be an https address")
        }
        let (point, shared) = (Base64URL.decode(publicKey.utf8.span) ?? [], Base64URL.decode(secret.utf8.span) ?? [])
        guard PushEncryption.encrypt([], publicKey: point, secret: shared) != nil else {
            throw DomainError(field: "keys", reason: "keys must be those of the browser's subscription")
        }
        return try await domainErrors {
            let added = try await subscriptions.add(
                PushSubscriptions.Subscription(
                    id: SubscriptionID(unixMilliseconds: Timestamp.now.unixMilliseconds), endpoint: endpoint,
                    publicKey: point, secret: shared), of: caller.user)
            guard let added else { throw DomainError.tokenInvalid }
            return added
        }
    }

    /// - Throws: `subscription_not_found`.
    package func remove(_ id: SubscriptionID, by caller: Caller) async throws(DomainError) {
        guard try await domainErrors({ try await subscriptions.remove(id, of: caller.user) }) else {
            throw DomainError(.subscriptionNotFound, .notFound, "There is no such subscription")
        }
    }
}
