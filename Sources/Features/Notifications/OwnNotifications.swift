import Chassis
import Crypto
import Domain
import Storage
import Web

/// What a person is told, and how they want to be told.
struct OwnNotifications: Sendable {
    let notifications: NotificationStore
    let preferences: PreferenceStore
    let subscriptions: PushSubscriptions
    let pushSender: PushSender
    /// Whether browsers' push services may be on this machine, as in tests.
    let takesLocalEndpoints: Bool

    func page(
        _ page: PageRequest, of principal: Principal
    ) async throws -> (notifications: [Notification], total: Int, unread: Int) {
        try await notifications.page(of: principal.user, offset: page.offset, limit: page.limit)
    }

    func read(_ id: NotificationID, by principal: Principal) async throws {
        guard try await notifications.read(id, by: principal.user) else {
            throw Refusal.notFound("There is no such notification")
        }
    }

    func readAll(by principal: Principal) async throws {
        try await notifications.readAll(by: principal.user)
    }

    func chosen(by principal: Principal) async throws -> PreferenceStore.Chosen {
        guard let chosen = try await preferences.read(principal.user) else { throw AccountRefusal.accountUnknown }
        return chosen
    }

    /// What is left out stays as it is.
    func choose(_ changes: PreferenceChanges, by principal: Principal) async throws -> PreferenceStore.Chosen {
        let old = try await chosen(by: principal)
        let new = try changes.applied(to: old)
        guard
            try await preferences.write(
                new.preferences, wantsEmail: new.wantsEmail, quietHours: new.quietHours, of: principal.user)
        else { throw ValidationError(field: "quietHours", reason: "quietHours.timeZone must be a time zone's name") }
        return try await chosen(by: principal)
    }

    /// A browser wants to be told.
    /// - Throws: `ValidationError` for keys that are none, and for addresses that are nobody's push service.
    func subscribe(
        endpoint: String, publicKey: String, secret: String, by principal: Principal
    ) async throws -> SubscriptionID {
        let isSecure = endpoint.hasPrefix("https://") || takesLocalEndpoints
        guard endpoint.utf8.count <= 2_048, isSecure, WebClient.mayAsk(endpoint) else {
            throw ValidationError(field: "endpoint", reason: "endpoint must be an https address")
        }
        let (point, shared) = (Base64URL.decode(publicKey.utf8.span) ?? [], Base64URL.decode(secret.utf8.span) ?? [])
        guard PushEncryption.encrypt([], publicKey: point, secret: shared) != nil else {
            throw ValidationError(field: "keys", reason: "keys must be those of the browser's subscription")
        }
        return try await subscriptions.add(
            PushSubscriptions.Subscription(
                id: SubscriptionID(unixMilliseconds: Timestamp.now.unixMilliseconds), endpoint: endpoint,
                publicKey: point, secret: shared), of: principal.user)
    }

    func unsubscribe(_ id: SubscriptionID, by principal: Principal) async throws {
        guard try await subscriptions.remove(id, of: principal.user) else {
            throw Refusal.notFound("There is no such subscription")
        }
    }
}
