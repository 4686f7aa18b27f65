package import Chassis
package import Domain
import Storage

/// A notification in the caller's inbox.
package struct InboxEntry: Sendable {
    package let id: NotificationID
    package let kind: NotificationKind
    /// The user whose action caused it.
    package let actor: UserID?
    package let actorName: String?
    package let entity: Identifier?
    package let title: String?
    package let body: String?
    package let readAt: Timestamp?
    package let createdAt: Timestamp

    init(_ notification: Notification) {
        id = notification.id
        kind = notification.kind
        actor = notification.actor
        actorName = notification.actorName
        entity = notification.entity
        title = notification.title
        body = notification.body
        readAt = notification.readAt
        createdAt = notification.createdAt
    }
}

/// Lists the caller's notifications and marks them as read.
package struct ReadInbox: Sendable {
    let notifications: NotificationStore

    /// - Returns: A page, the newest first, with the number of all and of unread notifications.
    package func page(
        _ page: Page, by caller: Caller
    ) async throws(DomainError) -> (entries: [InboxEntry], total: Int, unread: Int) {
        try await domainErrors {
            let (notifications, total, unread) = try await notifications.page(
                of: caller.user, offset: page.offset, limit: page.limit)
            return (notifications.map { InboxEntry($0) }, total, unread)
        }
    }

    /// - Throws: `notification_not_found`, also for a notification of another user.
    package func markRead(_ id: NotificationID, by caller: Caller) async throws(DomainError) {
        guard try await domainErrors({ try await notifications.read(id, by: caller.user) }) else {
            throw .notificationNotFound
        }
    }

    package func markAllRead(by caller: Caller) async throws(DomainError) {
        try await domainErrors { try await notifications.readAll(by: caller.user) }
    }
}
