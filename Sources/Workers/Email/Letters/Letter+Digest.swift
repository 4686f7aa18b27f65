import Domain
import Storage

extension Letter {
    /// What happened, a line each; messages of one person are one line.
    static func digest(_ name: String, _ news: [Notification], _ client: String, in language: Language) -> Letter {
        let lines = lines(news, language)
        switch language {
        case .english:
            return Letter(
                news.count == 1 ? "News for you on SocialPlay" : "\(news.count) news for you on SocialPlay",
                [
                    .text("Hello \(name),"), .text(lines.joined(separator: "\n")),
                    .link("Look at it", to: client),
                    .text("You choose in your notification preferences what you are mailed."),
                ])
        case .russian:
            return Letter(
                news.count == 1 ? "Новость для вас в SocialPlay" : "Новости для вас в SocialPlay: \(news.count)",
                [
                    .text("Здравствуйте, \(name)!"), .text(lines.joined(separator: "\n")),
                    .link("Посмотреть", to: client),
                    .text("О чём вам писать, можно выбрать в настройках уведомлений."),
                ])
        }
    }

    private static func lines(_ news: [Notification], _ language: Language) -> [String] {
        var messages: [String: Int] = [:]
        for one in news where one.kind == .newMessage { messages[one.actorName ?? "", default: 0] += 1 }
        let others = news.filter { $0.kind != .newMessage }.map { "• \(line($0, language))" }
        return others
            + messages.sorted { $0.key < $1.key }.map { name, count in
                switch language {
                case .english: "• \(name): \(count == 1 ? "a new message" : "\(count) new messages")"
                case .russian: "• \(name): новых сообщений — \(count)"
                }
            }
    }

    private static func line(_ one: Notification, _ language: Language) -> String {
        let somebody = one.actorName ?? "?"
        switch (one.kind, language) {
        case (.friendRequest, .english): return "\(somebody) wants to be your friend"
        case (.friendRequest, .russian): return "\(somebody) хочет с вами дружить"
        case (.friendRequestAccepted, .english): return "\(somebody) is your friend now"
        case (.friendRequestAccepted, .russian): return "\(somebody) теперь ваш друг"
        case (.achievement, .english): return "New achievement: \(one.title ?? "")"
        case (.achievement, .russian): return "Новое достижение: \(one.title ?? "")"
        case (.newMessage, _), (.announcement, _): return one.title ?? ""
        }
    }
}
