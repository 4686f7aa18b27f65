/// The kinds of notifications that exist, in the order in which preferences show them.
package struct NotificationCatalog: Sendable {
    package let descriptors: [NotificationDescriptor]
    /// The preferences of all kinds, each once.
    package let settings: [NotificationPreferences.Setting]
    private let byKind: [NotificationKind: NotificationDescriptor]

    /// - Precondition: The kinds differ.
    package init(_ descriptors: [NotificationDescriptor]) {
        self.descriptors = descriptors
        byKind = Dictionary(uniqueKeysWithValues: descriptors.map { ($0.kind, $0) })
        var keys: Set<String> = []
        settings = descriptors.compactMap(\.preference).filter { keys.insert($0.key).inserted }
    }

    /// The descriptor of a kind; nil if this version of the program does not know it.
    package subscript(kind: NotificationKind) -> NotificationDescriptor? { byKind[kind] }

    package static let standard = NotificationCatalog([
        NotificationDescriptor(
            .friendRequest, preference: .friendRequests, about: .friendRequest, obsolete: .friendRequestAnswered,
            hourlyMailLimit: 5,
            english: .english("{actor} sent you a friend request"),
            russian: .russian("{actor} хочет с вами дружить")),
        NotificationDescriptor(
            .friendRequestAccepted, preference: .friendRequestAccepted, about: .friendRequest,
            english: .english("{actor} is now your friend"),
            russian: .russian("{actor} теперь у вас в друзьях")),
        NotificationDescriptor(
            .newMessage, preference: .newMessages, about: .message, obsolete: .messageRead,
            english: .english("{actor} sent you a message", group: "{actor} sent you {count} messages"),
            russian: .russian("Новое сообщение от {actor}", group: "Новые сообщения от {actor}: {count}")),
        NotificationDescriptor(
            .achievement, preference: .achievements, about: .user,
            english: .english("New achievement: {title}"),
            russian: .russian("Новое достижение: {title}")),
        NotificationDescriptor(
            .announcement, preference: nil, about: .announcement,
            english: .english("{title}"), russian: .russian("{title}")),
    ])
}

extension NotificationKind {
    package static let friendRequest = NotificationKind(rawValue: "friend_request")
    package static let friendRequestAccepted = NotificationKind(rawValue: "friend_request_accepted")
    package static let newMessage = NotificationKind(rawValue: "new_message")
    package static let achievement = NotificationKind(rawValue: "achievement")
    package static let announcement = NotificationKind(rawValue: "announcement")
}

/// Keys and defaults are documented in S0-86.
extension NotificationPreferences.Setting {
    package static let friendRequests = Self("friendRequests", methods: [.push, .email])
    package static let friendRequestAccepted = Self("friendRequestAccepted", methods: [.push])
    package static let newMessages = Self("newMessages", methods: [.push], onlyWhenOffline: true)
    package static let achievements = Self("achievements", methods: [.push, .email])
}
