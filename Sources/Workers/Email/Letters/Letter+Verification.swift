import Domain

extension Letter {
    /// The link that shows that an address is theirs.
    static func verification(_ name: String, link: String, in language: Language) -> Letter {
        switch language {
        case .english:
            Letter(
                "Confirm your e-mail address",
                [
                    .text("Hello \(name),"), .text("please confirm that this address is yours."),
                    .link("Confirm the address", to: link),
                    .text("The link is good for one hour. If you have not registered, you need not do anything."),
                ])
        case .russian:
            Letter(
                "Подтвердите адрес электронной почты",
                [
                    .text("Здравствуйте, \(name)!"), .text("Пожалуйста, подтвердите, что это ваш адрес."),
                    .link("Подтвердить адрес", to: link),
                    .text("Ссылка действует один час. Если вы не регистрировались, ничего делать не нужно."),
                ])
        }
    }
}
