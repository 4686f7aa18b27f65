/// How somebody wants to be told (S0-86 to S0-88).
package struct NotificationPreferences: Sendable, Equatable, Codable {
    package enum Method: String, Sendable, Codable, CaseIterable {
        case push, email
    }

    /// How they want to be told of one kind of thing.
    package struct Kind: Sendable, Equatable, Codable {
        package var enabled: Bool
        package var methods: [Method]
        /// Only of messages: not while they are there to see them.
        package var onlyWhenOffline: Bool?

        package init(enabled: Bool = true, methods: [Method], onlyWhenOffline: Bool? = nil) {
            self.enabled = enabled
            self.methods = methods
            self.onlyWhenOffline = onlyWhenOffline
        }
    }

    package var friendRequests = Kind(methods: [.push, .email])
    package var friendRequestAccepted = Kind(methods: [.push])
    package var newMessages = Kind(methods: [.push], onlyWhenOffline: true)
    package var achievements = Kind(methods: [.push, .email])

    package init() {}

    /// How they are told of something; of announcements the inbox alone tells.
    package func of(_ kind: NotificationKind) -> Kind {
        switch kind {
        case .friendRequest: friendRequests
        case .friendRequestAccepted: friendRequestAccepted
        case .newMessage: newMessages
        case .achievement: achievements
        case .announcement: Kind(methods: [])
        }
    }
}
