import Domain

extension Letter {
    /// The greeting after registration (S2-70).
    static func welcome(_ name: String, in language: Language) -> Letter {
        switch language {
        case .english:
            Letter(
                "Welcome to SocialPlay!",
                [
                    .text("Hello \(name),"),
                    .text(
                        "your account is ready. Show people who you are: upload a picture, find your friends, "
                            + "say something."),
                ])
        case .russian:
            Letter(
                "Добро пожаловать в SocialPlay!",
                [
                    .text("Здравствуйте, \(name)!"),
                    .text("Ваш аккаунт готов. Загрузите фотографию, найдите друзей, расскажите что-нибудь."),
                ])
        }
    }
}
