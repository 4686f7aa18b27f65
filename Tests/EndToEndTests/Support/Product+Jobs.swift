import TestSupport

extension Product {
    /// The ids of jobs that are not done. Those that are done may be kept for a while, for their unique keys.
    func openJobs() async throws -> [String] {
        try await texts("SELECT id::text FROM outbox WHERE state <> 'done'")
    }

    /// Whether somebody who registered got both mails of it once: the greeting, and the link that verifies the address.
    func hasGreeted(_ email: String) -> Bool {
        mailbox.mail(to: email).compactMap { $0.header("Subject") }.sorted()
            == ["Confirm your e-mail address", "Welcome to SocialPlay!"]
    }
}
