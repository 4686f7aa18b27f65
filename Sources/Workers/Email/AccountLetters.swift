import Chassis
import Domain
import Jobs
import Storage

/// The e-mails about an account.
extension Letter {
    /// Greets a new user (S2-70).
    static func welcome(_ name: String, in language: Language) -> Letter {
        switch language {
        case .english:
            Letter(
                "Welcome to SocialPlay!",
                [
                    .text("Hello \(name),"),
                    .text("Your account is ready. Upload a picture, find your friends and say hello."),
                ])
        case .russian:
            Letter(
                "Добро пожаловать в SocialPlay!",
                [
                    .text("Здравствуйте, \(name)!"),
                    .text("Ваш аккаунт готов. Загрузите фотографию, найдите друзей и поздоровайтесь."),
                ])
        }
    }

    /// Holds the link that verifies an e-mail address.
    static func verification(_ name: String, link: String, in language: Language) -> Letter {
        switch language {
        case .english:
            Letter(
                "Confirm your e-mail address",
                [
                    .text("Hello \(name),"), .text("Please confirm that this is your e-mail address."),
                    .link("Confirm the address", to: link),
                    .text("The link expires in one hour. If you did not register, ignore this e-mail."),
                ])
        case .russian:
            Letter(
                "Подтвердите адрес электронной почты",
                [
                    .text("Здравствуйте, \(name)!"), .text("Пожалуйста, подтвердите, что это ваш адрес."),
                    .link("Подтвердить адрес", to: link),
                    .text("Ссылка действует один час. Если вы не регистрировались, просто проигнорируйте это письмо."),
                ])
        }
    }

    /// Holds the link that sets a new password (S2-71).
    static func passwordReset(_ name: String, link: String, in language: Language) -> Letter {
        switch language {
        case .english:
            Letter(
                "Reset Your Password",
                [
                    .text("Hello \(name),"), .text("We received a request to reset your password."),
                    .link("Choose a new password", to: link),
                    .text(
                        "The link works once and expires in one hour. If you did not request it, ignore this e-mail: "
                            + "your password stays the same."),
                ])
        case .russian:
            Letter(
                "Сброс пароля",
                [
                    .text("Здравствуйте, \(name)!"), .text("Мы получили запрос на сброс вашего пароля."),
                    .link("Выбрать новый пароль", to: link),
                    .text(
                        "Ссылка действует один час и только один раз. Если вы не отправляли запрос, "
                            + "ничего делать не нужно: пароль останется прежним."),
                ])
        }
    }

    /// Reports that the password was changed, in case its owner did not change it.
    static func passwordChanged(_ name: String, in language: Language) -> Letter {
        switch language {
        case .english:
            Letter(
                "Your password was changed",
                [
                    .text("Hello \(name),"),
                    .text("The password of your account was changed, and other devices were logged out."),
                    .text("If you did not change it, set a new password now with \"Forgot password\"."),
                ])
        case .russian:
            Letter(
                "Ваш пароль изменён",
                [
                    .text("Здравствуйте, \(name)!"),
                    .text("Пароль вашего аккаунта изменён, на других устройствах выполнен выход."),
                    .text("Если пароль изменили не вы, сразу задайте новый через «Забыли пароль»."),
                ])
        }
    }

    /// Reports that two-factor login was changed, in case its owner did not change it.
    static func twoFactorChanged(
        _ name: String, _ change: SendTwoFactorChanged.Change, in language: Language
    ) -> Letter {
        switch language {
        case .english:
            let what =
                switch change {
                case .enabled: "Two-factor login was enabled: from now on a login needs a code besides the password."
                case .disabled: "Two-factor login was disabled: from now on a login needs no code."
                case .reset: "Support has removed two-factor login from your account: a login needs no code now."
                case .recoveryCodes: "New recovery codes were made; the earlier ones no longer work."
                }
            return Letter(
                "Two-factor login of your account was changed",
                [
                    .text("Hello \(name),"), .text("\(what) Other devices were logged out."),
                    .text("If you did not expect this, set a new password now with \"Forgot password\"."),
                ])
        case .russian:
            let what =
                switch change {
                case .enabled: "Включён двухфакторный вход: теперь для входа кроме пароля нужен код."
                case .disabled: "Двухфакторный вход отключён: теперь для входа код не нужен."
                case .reset: "Поддержка отключила двухфакторный вход в вашем аккаунте: код для входа больше не нужен."
                case .recoveryCodes: "Созданы новые резервные коды; прежние больше не действуют."
                }
            return Letter(
                "Двухфакторный вход в ваш аккаунт изменён",
                [
                    .text("Здравствуйте, \(name)!"), .text("\(what) На других устройствах выполнен выход."),
                    .text("Если вы этого не ожидали, сразу задайте новый пароль через «Забыли пароль»."),
                ])
        }
    }

    /// Reports a login from an address or device where the account was not used before.
    static func signIn(_ name: String, _ session: OpenSession, in language: Language) -> Letter {
        let time = session.createdAt.text(.seconds)
        switch language {
        case .english:
            return Letter(
                "New sign-in to your account",
                [
                    .text("Hello \(name),"), .text("There was a sign-in to your account from a new place."),
                    .facts(facts(("Time", time), ("Address", session.ipAddress), ("Device", session.userAgent))),
                    .text("If it was not you, end that session and change your password."),
                ])
        case .russian:
            return Letter(
                "Новый вход в ваш аккаунт",
                [
                    .text("Здравствуйте, \(name)!"), .text("В ваш аккаунт вошли из нового места."),
                    .facts(facts(("Время", time), ("Адрес", session.ipAddress), ("Устройство", session.userAgent))),
                    .text("Если это были не вы, завершите этот сеанс и смените пароль."),
                ])
        }
    }

    /// Reports that a session ended because a refresh token of it was used twice, maybe by a thief.
    static func tokenReuse(_ name: String, _ session: OpenSession, in language: Language) -> Letter {
        let time = session.createdAt.text(.seconds)
        switch language {
        case .english:
            return Letter(
                "A session of your account was ended",
                [
                    .text("Hello \(name),"),
                    .text(
                        "The login of one of your devices was used from a second copy. "
                            + "The copy may have been stolen, so we ended this session:"),
                    .facts(facts(("Signed in", time), ("Address", session.ipAddress), ("Device", session.userAgent))),
                    .text("Sign in again on this device. If you suspect a theft, change your password."),
                ])
        case .russian:
            return Letter(
                "Сеанс вашего аккаунта завершён",
                [
                    .text("Здравствуйте, \(name)!"),
                    .text(
                        "Данные входа одного из ваших устройств использованы повторно. "
                            + "Возможно, их украли, поэтому мы завершили этот сеанс:"),
                    .facts(facts(("Вход", time), ("Адрес", session.ipAddress), ("Устройство", session.userAgent))),
                    .text("Войдите на этом устройстве снова. Если подозреваете кражу, смените пароль."),
                ])
        }
    }

    private static func facts(_ all: (name: String, value: String?)...) -> [(name: String, value: String)] {
        all.compactMap { fact in fact.value.map { (fact.name, $0) } }
    }
}
