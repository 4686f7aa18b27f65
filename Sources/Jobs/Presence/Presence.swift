package import Chassis
package import Domain

/// How somebody is there.
package struct Presence: Sendable, Equatable {
    package let status: PresenceStatus
    package let currentGame: String?
    /// Nil when nobody knows, or may know.
    package let lastSeen: Timestamp?

    package init(status: PresenceStatus, currentGame: String? = nil, lastSeen: Timestamp? = nil) {
        self.status = status
        self.currentGame = currentGame
        self.lastSeen = lastSeen
    }
}
