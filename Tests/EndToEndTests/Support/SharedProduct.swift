import TestSupport
import Testing

/// The tests that share one product, each with users of its own.
@Suite(.product, .showingOutput)
struct SharedProduct {}

extension WebHook {
    /// The secret of a product that ``TestSupport/Product/withNotifications(_:_:_:)`` starts.
    static let secret = "a webhook secret for tests"
}

extension Product {
    /// Runs a body with a product that sends notifications: mail is digested for a second, and pushes go to a web hook.
    static func withNotifications(
        _ hook: WebHook?, _ environment: [String: String] = [:], _ body: (Product) async throws -> Void
    ) async throws {
        var options = ProductOptions()
        options.kinds = [.api, .notifications, .deliveries, .email, .scheduler]
        options.environment = ["NOTIFICATION_DIGEST_SECONDS": "1", "WEBHOOK_SECRET": WebHook.secret]
        if let hook {
            options.environment["PUSH_WEBHOOK_URL"] = "\(hook.url)/push"
            options.environment["ACHIEVEMENT_WEBHOOK_URL"] = "\(hook.url)/achievement"
        }
        options.environment.merge(environment) { $1 }
        try await run(options, body)
    }
}
