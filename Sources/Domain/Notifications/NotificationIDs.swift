/// The id of a notification in a user's inbox.
package struct NotificationID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// The id of a browser's push subscription.
package struct SubscriptionID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// The id of an announcement to all users.
package struct AnnouncementID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// The place behind a group of notifications in a user's list. Clients treat its text as opaque.
package struct NotificationCursor: Sendable, Equatable, LosslessStringConvertible {
    /// The year 10000: before all groups.
    private static let latest: Int64 = 253_402_300_800_000_000
    package static let first = NotificationCursor(newestAt: latest, group: Identifier(high: .max, low: .max))

    /// The time of the group's newest notification, whether it is shown or hidden: microseconds since 1970.
    package let newestAt: Int64
    /// What the notifications of the group have in common.
    package let group: Identifier

    package init(newestAt microseconds: Int64, group: Identifier) {
        newestAt = microseconds
        self.group = group
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == 2, let time = Int64(parts[0]), (0...Self.latest).contains(time),
            let group = Identifier(String(parts[1]))
        else { return nil }
        self.init(newestAt: time, group: group)
    }

    package var description: String { "\(newestAt)~\(group)" }
}
