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
