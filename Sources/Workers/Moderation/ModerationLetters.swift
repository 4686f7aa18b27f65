import Chassis
import Domain
import Storage

/// The e-mails about what moderators did.
extension Letter {
    /// Reports an action, its reason and how to appeal.
    static func moderation(
        _ name: String, _ action: ModerationAction, link: String, in language: Language
    ) -> Letter {
        let end = action.endsAt?.text(.seconds)
        switch language {
        case .english:
            return Letter(
                "A moderator's decision about your account",
                [
                    .text("Hello \(name),"), .text(action.kind.english(until: end)), .text("Reason: \(action.reason)"),
                    .text("If you disagree, you can appeal once. Another moderator decides the appeal."),
                    .link("Appeal", to: link),
                ])
        case .russian:
            return Letter(
                "Решение модератора о вашем аккаунте",
                [
                    .text("Здравствуйте, \(name)!"), .text(action.kind.russian(until: end)),
                    .text("Причина: \(action.reason)"),
                    .text("Если вы не согласны, вы можете один раз обжаловать решение: его проверит другой модератор."),
                    .link("Обжаловать", to: link),
                ])
        }
    }

    /// Reports how an appeal was decided.
    static func appealDecided(
        _ name: String, _ decision: AppealDecision, because reason: String, in language: Language
    ) -> Letter {
        switch language {
        case .english:
            Letter(
                "Your appeal was decided",
                [
                    .text("Hello \(name),"),
                    .text(
                        decision == .upheld
                            ? "Another moderator reviewed your appeal, and the decision stands."
                            : "Another moderator reviewed your appeal and reversed the decision."),
                    .text("Reason: \(reason)"),
                ])
        case .russian:
            Letter(
                "Ваше обращение рассмотрено",
                [
                    .text("Здравствуйте, \(name)!"),
                    .text(
                        decision == .upheld
                            ? "Другой модератор рассмотрел ваше обращение, решение остаётся в силе."
                            : "Другой модератор рассмотрел ваше обращение и отменил решение."),
                    .text("Причина: \(reason)"),
                ])
        }
    }
}

extension ModerationKind {
    /// - Parameter time: The end of a limit or suspension.
    fileprivate func english(until time: String?) -> String {
        switch self {
        case .remove: "A moderator removed something that you published."
        case .warn: "A moderator warned you about something that you published."
        case .limit: "A moderator limited your account: until \(time ?? "") you can read but not write."
        case .suspend: "A moderator suspended your account until \(time ?? "")."
        }
    }

    /// - Parameter time: The end of a limit or suspension.
    fileprivate func russian(until time: String?) -> String {
        switch self {
        case .remove: "Модератор удалил опубликованные вами материалы."
        case .warn: "Модератор вынес вам предупреждение за опубликованные вами материалы."
        case .limit: "Модератор ограничил ваш аккаунт: до \(time ?? "") вы можете читать, но не писать."
        case .suspend: "Модератор заблокировал ваш аккаунт до \(time ?? "")."
        }
    }
}
