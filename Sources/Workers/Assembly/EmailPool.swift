import Domain
import Jobs
import Storage

/// Sends e-mails.
enum EmailPool {
    static func handlers(_ context: WorkerContext, _ settings: WorkerSettings) throws -> [JobHandler] {
        try handlers(context, settings, .standard)
    }

    /// - Parameter catalog: The kinds of notifications.
    static func handlers(
        _ context: WorkerContext, _ settings: WorkerSettings, _ catalog: NotificationCatalog
    ) throws -> [JobHandler] {
        guard let tokens = settings.emailTokens else { preconditionFailure("e-mails need a signer of tokens") }
        let mailer = Mailer(settings.mail, slots: settings.concurrency)
        let accounts = AccountStore(context.database)
        let mail = MailHandler(
            mailer: mailer, accounts: accounts, sessions: SessionStore(context.database),
            tokens: EmailTokenStore(context.database), signer: tokens, webClient: settings.webClient)
        let digest = SendDigestHandler(
            catalog: catalog, mailer: mailer, accounts: accounts, notifications: NotificationStore(context.database),
            producer: context.producer, webClient: settings.webClient, window: settings.digestWindow)
        let moderation = ModerationLetterHandler(
            mailer: mailer, accounts: accounts, actions: ActionStore(context.database), signer: tokens,
            webClient: settings.webClient)
        return [
            JobHandler(SendModerationLetter.self, moderation.run),
            JobHandler(SendDigest.self, digest.run),
            JobHandler(SendWelcome.self, mail.welcome),
            JobHandler(SendVerification.self, mail.verification),
            JobHandler(SendPasswordReset.self, mail.passwordReset),
            JobHandler(SendPasswordChanged.self, mail.passwordChanged),
            JobHandler(SendTwoFactorChanged.self, mail.twoFactorChanged),
            JobHandler(SendSignInNotice.self, mail.signIn),
            JobHandler(SendTokenReuseNotice.self, mail.tokenReuse),
        ]
    }
}
