/// The texts of one kind of notification in one language. `{actor}` stands for the name of the user who caused it,
/// `{title}` for the notification's title, `{count}` for a number, and `{others}` for further users.
package struct NotificationText: Sendable {
    private let pushTemplate: String
    private let lineTemplate: String
    private let groupTemplate: String?
    private let othersTemplate: String?
    private let unknownActor: String
    private let isEnglish: Bool

    /// - Parameters:
    ///   - push: The title of a push.
    ///   - line: The line in an e-mail digest; nil: the same as the push.
    ///   - group: The line for several notifications of one actor; nil: a line for each.
    ///   - others: The line for notifications of several actors; nil: there is none, one names the last actor alone.
    ///   - unknownActor: Stands for the name of a deleted account.
    private init(
        push: String, line: String?, group: String?, others: String?, unknownActor: String, isEnglish: Bool
    ) {
        pushTemplate = push
        lineTemplate = line ?? push
        groupTemplate = group
        othersTemplate = others
        self.unknownActor = unknownActor
        self.isEnglish = isEnglish
    }

    package static func english(
        _ push: String, line: String? = nil, group: String? = nil, others: String? = nil
    ) -> NotificationText {
        NotificationText(
            push: push, line: line, group: group, others: others, unknownActor: "Someone", isEnglish: true)
    }

    package static func russian(
        _ push: String, line: String? = nil, group: String? = nil, others: String? = nil
    ) -> NotificationText {
        NotificationText(
            push: push, line: line, group: group, others: others, unknownActor: "Кто-то", isEnglish: false)
    }

    /// Returns the title of a push.
    package func push(actor: String?, title: String?) -> String {
        fill(pushTemplate, actor, title)
    }

    /// Returns the line of one notification in an e-mail digest.
    package func line(actor: String?, title: String?) -> String {
        fill(lineTemplate, actor, title)
    }

    /// Returns the line of several notifications of one actor in an e-mail digest; nil if each has its own line.
    package func group(actor: String?, count: Int) -> String? {
        groupTemplate.map { fill($0, actor, nil, count: Self.number(count)) }
    }

    /// Returns the line of a group of notifications in a list: of one, of several of one actor, or of several actors.
    /// - Parameters:
    ///   - others: Actors beside the one that is named.
    ///   - count: Notifications that the line is about.
    package func entry(actor: String?, title: String?, others: Int, count: Int) -> String {
        if others > 0, let othersTemplate {
            let number = Self.number(others)
            let noun = isEnglish ? (others == 1 ? " other" : " others") : ""
            return fill(othersTemplate, actor, title, others: number + noun)
        }
        if count > 1, let text = group(actor: actor, count: count) { return text }
        return line(actor: actor, title: title)
    }

    /// A number as lists show it.
    private static func number(_ count: Int) -> String { count > 99 ? "99+" : "\(count)" }

    /// One pass, so that a name such as `{title}` stays a name.
    private func fill(
        _ template: String, _ actor: String?, _ title: String?, count: String = "1", others: String = ""
    ) -> String {
        var text = ""
        var rest = template[...]
        while let brace = rest.firstIndex(of: "{"), let end = rest[brace...].firstIndex(of: "}") {
            text += rest[..<brace]
            switch rest[rest.index(after: brace)..<end] {
            case "actor": text += actor ?? unknownActor
            case "title": text += title ?? ""
            case "count": text += count
            case "others": text += others
            case let other: text += "{\(other)}"
            }
            rest = rest[rest.index(after: end)...]
        }
        return text + rest
    }
}
