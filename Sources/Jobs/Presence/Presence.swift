package import Chassis
package import Domain

/// A user's presence, merged from all sessions of the user.
package struct Presence: Sendable, Equatable {
    package let status: PresenceStatus
    package let currentGame: String?
    /// Nil when it is unknown or hidden from the reader.
    package let lastSeen: Timestamp?

    package init(status: PresenceStatus, currentGame: String? = nil, lastSeen: Timestamp? = nil) {
        self.status = status
        self.currentGame = currentGame
        self.lastSeen = lastSeen
    }
}

/// A presence session: one device, or connection, of a user.
package struct PresenceSession: Hashable, Sendable {
    package let user: UserID
    /// Any name that tells the devices of a user apart, without bars and commas.
    package let device: String

    package init(user: UserID, device: String) {
        self.user = user
        self.device = device
    }

    /// Parses the form in which Redis stores it.
    init?(member: String) {
        let parts = member.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let user = UserID(String(parts[0])) else { return nil }
        self.init(user: user, device: String(parts[1]))
    }

    var member: String { "\(user):\(device)" }
}

/// A session whose deadline has passed and that is still in Redis.
package struct ExpiredSession: Sendable {
    /// Nil for a member that this product did not write.
    package let session: PresenceSession?
    package let lastHeartbeat: Timestamp
    let member: String
    /// The deadline that has passed, in milliseconds; an event that arrives now sets another one.
    let deadline: Int
}

/// A message of ``PresenceStore/channel``.
package struct PresenceChange: Sendable {
    /// Changes are numbered consecutively: a gap shows a subscriber that it missed some.
    package let number: Int
    package let user: UserID
    /// The user's new status; nil when the visibility of the status changed instead.
    package let status: PresenceStatus?

    package init?(message: [UInt8]) {
        guard let members = JSONMembers(message), let number = members.integer("number"),
            let user = members.text("userId").flatMap({ UserID($0) })
        else { return nil }
        self.number = number
        self.user = user
        status = members.text("status").flatMap(PresenceStatus.init(rawValue:))
    }
}

/// The durations of presence, as multiples of the interval between two heartbeats.
package struct PresenceTimes: Sendable {
    package let heartbeat: Duration

    package init(heartbeatSeconds: Int) {
        heartbeat = .seconds(heartbeatSeconds)
    }

    /// A session that sends heartbeats expires this long after the last one.
    package var timeout: Duration { heartbeat * 5 / 2 }
    /// A session that was opened by a single request expires after this, and a user without activity becomes away.
    package var idle: Duration { heartbeat * 20 }
}
