/// The texts of one kind of notification in one language. `{actor}` stands for the name of the user who caused it,
/// `{title}` for the notification's title and `{count}` for a number.
package struct NotificationText: Sendable {
    private let pushTemplate: String
    private let lineTemplate: String
    private let groupTemplate: String?
    private let unknownActor: String

    /// - Parameters:
    ///   - push: The title of a push.
    ///   - line: The line in an e-mail digest; nil: the same as the push.
    ///   - group: The line for several notifications of one actor; nil: a line for each.
    ///   - unknownActor: Stands for the name of a deleted account.
    package init(push: String, line: String? = nil, group: String? = nil, unknownActor: String) {
        pushTemplate = push
        lineTemplate = line ?? push
        groupTemplate = group
        self.unknownActor = unknownActor
    }

    package static func english(_ push: String, line: String? = nil, group: String? = nil) -> NotificationText {
        NotificationText(push: push, line: line, group: group, unknownActor: "Someone")
    }

    package static func russian(_ push: String, line: String? = nil, group: String? = nil) -> NotificationText {
        NotificationText(push: push, line: line, group: group, unknownActor: "Кто-то")
    }

    /// Returns the title of a push.
    package func push(actor: String?, title: String?) -> String {
        fill(pushTemplate, actor, title, count: 1)
    }

    /// Returns the line of one notification in an e-mail digest.
    package func line(actor: String?, title: String?) -> String {
        fill(lineTemplate, actor, title, count: 1)
    }

    /// Returns the line of several notifications of one actor in an e-mail digest; nil if each has its own line.
    package func group(actor: String?, count: Int) -> String? {
        groupTemplate.map { fill($0, actor, nil, count: count) }
    }

    /// One pass, so that a name such as `{title}` stays a name.
    private func fill(_ template: String, _ actor: String?, _ title: String?, count: Int) -> String {
        var text = ""
        var rest = template[...]
        while let brace = rest.firstIndex(of: "{"), let end = rest[brace...].firstIndex(of: "}") {
            text += rest[..<brace]
            switch rest[rest.index(after: brace)..<end] {
            case "actor": text += actor ?? unknownActor
            case "title": text += title ?? ""
            case "count": text += "\(count)"
            case let other: text += "{\(other)}"
            }
            rest = rest[rest.index(after: end)...]
        }
        return text + rest
    }
}
