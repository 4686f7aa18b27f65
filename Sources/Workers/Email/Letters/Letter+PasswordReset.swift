import Domain

extension Letter {
    /// The link that sets a new password (S2-71).
    static func passwordReset(_ name: String, link: String, in language: Language) -> Letter {
        switch language {
        case .english:
            Letter(
                "Reset Your Password",
                [
                    .text("Hello \(name),"), .text("somebody, you we hope, wants a new password for your account."),
                    .link("Choose a new password", to: link),
                    .text(
                        "The link is good for one hour and once. If it was not you, you need not do anything: "
                            + "your password stays as it is."),
                ])
        case .russian:
            Letter(
                "Сброс пароля",
                [
                    .text("Здравствуйте, \(name)!"),
                    .text("Кто-то, надеемся, вы, просит новый пароль для вашего аккаунта."),
                    .link("Выбрать новый пароль", to: link),
                    .text(
                        "Ссылка действует один час и только один раз. Если это были не вы, ничего делать не нужно: "
                            + "пароль останется прежним."),
                ])
        }
    }
}
