import Domain

extension Letter {
    /// The password was changed; whoever did not do it should know.
    static func passwordChanged(_ name: String, in language: Language) -> Letter {
        switch language {
        case .english:
            Letter(
                "Your password was changed",
                [
                    .text("Hello \(name),"),
                    .text("the password of your account was changed, and other devices were logged out."),
                    .text("If it was not you, set a new password at once with \"Forgot password\"."),
                ])
        case .russian:
            Letter(
                "Ваш пароль изменён",
                [
                    .text("Здравствуйте, \(name)!"),
                    .text("Пароль вашего аккаунта изменён, на других устройствах выполнен выход."),
                    .text("Если это были не вы, сразу задайте новый пароль через «Забыли пароль»."),
                ])
        }
    }
}
