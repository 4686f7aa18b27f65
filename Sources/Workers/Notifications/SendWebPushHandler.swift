import Chassis
import Crypto
import Domain
import Jobs
import Storage
import Web

/// Keeps the promise of ``SendWebPush`` (RFC 8030): encrypted for the one browser, signed with our key. A browser that is
/// gone is forgotten.
struct SendWebPushHandler: Sendable {
    let notifications: NotificationStore
    let subscriptions: PushSubscriptions
    let sender: PushSender
    let client: WebClient
    let pool: BlockingPool

    @Sendable func run(_ job: SendWebPush, _ context: JobContext) async throws -> Completion {
        guard let notification = try await notifications.find(job.notification), notification.readAt == nil,
            let browser = try await subscriptions.list(of: notification.user).first(where: {
                $0.id == job.subscription
            })
        else { return .finished }
        let text = PushText(notification).json(for: context.id)
        guard let body = PushEncryption.encrypt(text, publicKey: browser.publicKey, secret: browser.secret) else {
            try await subscriptions.remove(browser.id)
            return .finished
        }
        let headers = headers(browser.endpoint)
        let status = try await pool.run { [client] in
            do {
                return try client.post(browser.endpoint, headers: headers, body: body)
            } catch WebError.refusedURL {
                throw JobError.permanent(reason: "the browser's address may not be asked")
            } catch {
                throw DeliveryFailed(reason: "\(error)")
            }
        }
        switch status {
        case 200..<300: return .finished
        case 404, 410:
            try await subscriptions.remove(browser.id)
            return .finished
        case 408, 429, 500...: throw DeliveryFailed(reason: "the push service answered \(status)")
        default: throw JobError.permanent(reason: "the push service answered \(status)")
        }
    }

    private func headers(_ endpoint: String) -> [String] {
        let origin = endpoint.split(separator: "/", omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
        return [
            "Content-Type: application/octet-stream", "Content-Encoding: aes128gcm", "TTL: 86400", "Urgency: normal",
            "Authorization: \(sender.authorization(for: origin, now: Timestamp.now.unixSeconds))",
        ]
    }
}
