import Chassis
import Domain
import Jobs
import Storage

/// Handles ``SendDigest``: sends one e-mail with all notifications that a user wants by e-mail and has not read. Sends
/// none if all were read; waits during quiet hours.
struct SendDigestHandler: Sendable {
    let catalog: NotificationCatalog
    let mailer: Mailer
    let accounts: AccountStore
    let notifications: NotificationStore
    let producer: Producer
    let webClient: WebClientURL
    let window: Duration

    @Sendable func run(_ job: SendDigest, _ context: JobContext) async throws -> Completion {
        try await QuietHoursCheck(notifications: notifications)(job.account)
        guard let recipient = try await accounts.recipient(job.account) else { return .finished }
        let unread = try await notifications.undigested(job.account)
        if !unread.isEmpty {
            let lines = DigestLines(unread, in: recipient.language, catalog)
            let letter = Letter.digest(
                recipient.username, lines.all, count: unread.count, webClient.text, in: recipient.language)
            try await mailer.send(letter, to: recipient.email, for: context)
            context.log.info("mail sent", ["notifications": .number(unread.count)])
        }
        let next = try producer.outboxJob(SendDigest(account: job.account), trace: context.trace, after: window)
        if try await notifications.finishDigest(
            of: unread.map(\.id), to: job.account, finishing: context.id, next: next)
        {
            producer.push(next)
        }
        return .recorded
    }
}

/// The lines of a digest: one per notification, and one per actor for kinds that are grouped.
struct DigestLines {
    private struct Group: Hashable {
        let kind: NotificationKind
        let actor: String?
    }

    let all: [String]

    init(_ notifications: [Notification], in language: Language, _ catalog: NotificationCatalog) {
        let counts = Dictionary(grouping: notifications) { Group(kind: $0.kind, actor: $0.actorName) }.mapValues(
            \.count)
        var grouped: Set<Group> = []
        all = notifications.compactMap { notification in
            // A kind of a newer version of the program.
            guard let text = catalog[notification.kind]?.text(in: language) else { return nil }
            let group = Group(kind: notification.kind, actor: notification.actorName)
            if let count = counts[group], count > 1, let line = text.group(actor: group.actor, count: count) {
                return grouped.insert(group).inserted ? line : nil
            }
            return text.line(actor: notification.actorName, title: notification.title)
        }
    }
}

extension Letter {
    /// - Parameter lines: What happened, one line each.
    static func digest(
        _ name: String, _ lines: [String], count: Int, _ client: String, in language: Language
    ) -> Letter {
        let list = Paragraph.text(lines.map { "• \($0)" }.joined(separator: "\n"))
        switch language {
        case .english:
            return Letter(
                "You have \(count) new \(count == 1 ? "notification" : "notifications") on SocialPlay",
                [
                    .text("Hello \(name),"), list, .link("Open SocialPlay", to: client),
                    .text("You can choose in your notification preferences what you receive by e-mail."),
                ])
        case .russian:
            return Letter(
                "У вас \(count) \(russianNotifications(count)) в SocialPlay",
                [
                    .text("Здравствуйте, \(name)!"), list, .link("Открыть SocialPlay", to: client),
                    .text("В настройках уведомлений можно выбрать, о чём сообщать по электронной почте."),
                ])
        }
    }

    /// 1 новое уведомление, 2 новых уведомления, 5 новых уведомлений.
    private static func russianNotifications(_ count: Int) -> String {
        switch (count % 10, count % 100) {
        case (1, let hundreds) where hundreds != 11: "новое уведомление"
        case (2...4, let hundreds) where !(12...14).contains(hundreds): "новых уведомления"
        default: "новых уведомлений"
        }
    }
}
