import Chassis
import Domain
import Storage

extension Letter {
    /// A login from where the account was not seen before.
    static func signIn(_ name: String, _ session: OpenSession, in language: Language) -> Letter {
        let time = session.createdAt.text(.seconds)
        switch language {
        case .english:
            return Letter(
                "New sign-in to your account",
                [
                    .text("Hello \(name),"), .text("somebody has signed in to your account from a new place."),
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

    private static func facts(_ all: (name: String, value: String?)...) -> [(name: String, value: String)] {
        all.compactMap { fact in fact.value.map { (fact.name, $0) } }
    }
}
