import Chassis
import Crypto
import Domain
import Jobs
import Storage
import Web

/// Handles ``SendWebPush`` (RFC 8030): encrypts the notification for one browser and signs it with the server's key.
/// Waits during quiet hours. Removes the subscription of a browser that no longer exists, or whose push service keeps
/// refusing.
struct SendWebPushHandler: Sendable {
    /// How many refused deliveries in a row end a subscription.
    static let refusalLimit = 3

    let catalog: NotificationCatalog
    let notifications: NotificationStore
    let subscriptions: PushSubscriptions
    let signer: PushSender
    let sender: DeliverySender

    @Sendable func run(_ job: SendWebPush, _ context: JobContext) async throws -> Completion {
        guard let (notification, language) = try await notifications.unread(job.notification),
            let browser = try await subscriptions.list(of: notification.user).first(where: {
                $0.id == job.subscription
            })
        else { return .finished }
        try await QuietHoursCheck(notifications: notifications)(notification.user)
        let message = try PushMessage(notification, in: language, catalog).json(for: context.id)
        guard let body = PushEncryption.encrypt(message, publicKey: browser.publicKey, secret: browser.secret) else {
            try await subscriptions.remove(browser.id)
            return .finished
        }
        let target = DeliveryGate.Target(host: browser.hostAndPort, name: browser.id.description)
        let status: Int
        do {
            status = try await sender.post(
                browser.endpoint, headers: headers(browser.endpoint), body: body, to: target, for: context)
        } catch let error as DeliveryDisallowed {
            return try await refused(browser, "\(error)", context)
        }
        switch status {
        case 200..<300:
            if browser.refusals > 0 { try await subscriptions.recordAcceptance(browser.id) }
            return .finished
        case 404, 410:
            try await subscriptions.remove(browser.id)
            return .finished
        default: return try await refused(browser, "the push service answered \(status)", context)
        }
    }

    /// Counts a refusal; the last one that is allowed removes the subscription, and so ends its jobs.
    /// - Throws: `JobError.permanent` for the others.
    private func refused(
        _ browser: PushSubscriptions.Subscription, _ reason: String, _ context: JobContext
    ) async throws -> Completion {
        guard let count = try await subscriptions.recordRefusal(browser.id) else { return .finished }
        guard count < Self.refusalLimit else {
            try await subscriptions.remove(browser.id)
            context.log.info("removed a push subscription: refused in a row", ["reason": .text(reason)])
            return .finished
        }
        throw JobError.permanent(reason: reason)
    }

    private func headers(_ endpoint: String) -> [String] {
        let origin = WebURL(endpoint)?.origin ?? ""
        return [
            "Content-Type: application/octet-stream", "Content-Encoding: aes128gcm", "TTL: 86400", "Urgency: normal",
            "Authorization: \(signer.authorization(for: origin, now: Timestamp.now.unixSeconds))",
        ]
    }
}
