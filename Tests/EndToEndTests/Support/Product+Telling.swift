import TestSupport

extension WebHook {
    /// What a product that is started by ``TestSupport/Product/telling(_:_:_:)`` signs with.
    static let secret = "a webhook secret for tests"
}

extension Product {
    /// Runs a body with a product that tells people of things: mail waits a second for more, and pushes go to a hook.
    static func telling(
        _ hook: WebHook?, _ environment: [String: String] = [:], _ body: (Product) async throws -> Void
    ) async throws {
        var options = ProductOptions()
        options.kinds = [.api, .notifications, .email, .scheduler]
        options.environment = ["NOTIFICATION_DIGEST_SECONDS": "1", "WEBHOOK_SECRET": WebHook.secret]
        if let hook {
            options.environment["PUSH_WEBHOOK_URL"] = "\(hook.url)/push"
            options.environment["ACHIEVEMENT_WEBHOOK_URL"] = "\(hook.url)/achievement"
        }
        options.environment.merge(environment) { $1 }
        try await run(options, body)
    }
}
