package import Chassis
package import Domain
import Jobs
import Storage

/// The presence of a user as others may see it.
package struct UserPresence: Sendable {
    package let status: PresenceStatus
    package let currentGame: String?
    /// Nil if it is unknown or hidden.
    package let lastSeen: Timestamp?

    init(status: PresenceStatus, currentGame: String? = nil, lastSeen: Timestamp? = nil) {
        self.status = status
        self.currentGame = currentGame
        self.lastSeen = lastSeen
    }

    init(_ presence: Presence) {
        self.init(status: presence.status, currentGame: presence.currentGame, lastSeen: presence.lastSeen)
    }

    /// Applies the privacy rule: a user who hides the presence is offline to others, without a last-seen time.
    func visible(isHidden: Bool) -> UserPresence { isHidden ? UserPresence(status: .offline) : self }
}

/// Reads presence through the one privacy filter in front of every reader (U-7, X-17). Without Redis every user is
/// offline, last seen as PostgreSQL knows.
struct ReadPresence: Sendable {
    let store: PresenceStore

    /// Returns the presence of each user, in the same order.
    func states(of users: [ListedUser]) async -> [UserPresence] {
        let present = (try? await store.read(users.filter(\.showsOnlineStatus).map(\.id))) ?? [:]
        return users.map { user in
            let presence =
                present[user.id].map { UserPresence($0) }
                ?? UserPresence(status: .offline, lastSeen: user.lastSeenAt)
            return presence.visible(isHidden: !user.showsOnlineStatus)
        }
    }
}
