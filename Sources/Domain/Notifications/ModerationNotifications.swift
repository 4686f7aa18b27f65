extension NotificationCatalog {
    /// What reporters and the users whom moderators act upon are told, without naming others. None of it can be turned
    /// off. The title of an action is its reason; its e-mail is a letter of its own.
    static let moderation = [
        NotificationDescriptor(
            .reportActedOn, preference: nil, about: .report,
            english: .english("Thank you for your report: we took action"),
            russian: .russian("Спасибо за жалобу: мы приняли меры")),
        NotificationDescriptor(
            .reportDismissed, preference: nil, about: .report,
            english: .english("We reviewed your report and found no violation"),
            russian: .russian("Мы рассмотрели вашу жалобу и не нашли нарушения")),
        NotificationDescriptor(
            .contentRemoved, preference: nil, about: .moderationAction,
            english: .english("A moderator removed your content: {title}"),
            russian: .russian("Модератор удалил ваши материалы: {title}")),
        NotificationDescriptor(
            .accountWarned, preference: nil, about: .moderationAction,
            english: .english("A moderator warned you: {title}"),
            russian: .russian("Модератор вынес вам предупреждение: {title}")),
        NotificationDescriptor(
            .accountLimited, preference: nil, about: .moderationAction,
            english: .english("For a time you can read but not write: {title}"),
            russian: .russian("Некоторое время вы можете читать, но не писать: {title}")),
        NotificationDescriptor(
            .accountSuspended, preference: nil, about: .moderationAction,
            english: .english("Your account was suspended for a time: {title}"),
            russian: .russian("Ваш аккаунт временно заблокирован: {title}")),
        NotificationDescriptor(
            .appealUpheld, preference: nil, about: .moderationAction,
            english: .english("Your appeal was reviewed, and the decision stands: {title}"),
            russian: .russian("Ваше обращение рассмотрено, решение остаётся в силе: {title}")),
        NotificationDescriptor(
            .appealReversed, preference: nil, about: .moderationAction,
            english: .english("Your appeal was reviewed, and the decision is reversed: {title}"),
            russian: .russian("Ваше обращение рассмотрено, решение отменено: {title}")),
    ]
}
