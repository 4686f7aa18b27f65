package import Chassis
package import Domain
import Storage

/// Notifications of one kind that are one entry of the caller's list: "ada and 12 others liked your post".
package struct InboxGroup: Sendable {
    /// The newest notification.
    package let id: NotificationID
    package let kind: NotificationKind
    package let category: NotificationCategory
    /// Nil for a kind that this version of the program does not know.
    package let entityType: NotificationEntity?
    /// That of the newest notification.
    package let entity: Identifier?
    /// The user who caused the newest; nil if there is none.
    package let actor: ListedAuthor?
    /// Further users who caused notifications of the group; 100 stands for more than 99.
    package let others: Int
    /// A sentence about the group, in the caller's language.
    package let content: String
    /// The text of an announcement.
    package let body: String?
    package let createdAt: Timestamp
    /// When the newest was read; nil while one of them is unread.
    package let readAt: Timestamp?

    init(_ group: NotificationGroup, in language: Language, _ catalog: NotificationCatalog) {
        let descriptor = catalog[group.kind]
        id = group.id
        kind = group.kind
        category = descriptor?.category ?? .system
        entityType = descriptor?.entity
        entity = group.entity
        actor = group.actor.map { ListedAuthor($0) }
        others = max(group.actors - 1, 0)
        body = group.body
        createdAt = group.createdAt
        readAt = group.unread == 0 ? group.readAt : nil
        // Messages of one sender are counted, other groups name their users.
        let count = descriptor?.grouping == .actor ? max(group.unread, 1) : 1
        content =
            descriptor?.text(in: language).entry(
                actor: group.actor?.username, title: group.title, others: others, count: count) ?? group.title ?? ""
    }
}

/// A page of the caller's groups.
package struct InboxGroupPage: Sendable {
    /// The newest first.
    package let groups: [InboxGroup]
    /// Groups with unread notifications, on all pages; 100 stands for more than 99.
    package let unread: Int
    /// Nil on the last page.
    package let next: NotificationCursor?
}

/// Lists the caller's notifications by groups, counts the unread ones, marks groups as read and deletes them. Entries
/// are those of ``ReadInbox``: what is read or deleted here is so there, and on every device.
package struct ReadGroupedInbox: Sendable {
    let inbox: GroupedInbox
    let notifications: NotificationStore
    let catalog: NotificationCatalog
    /// Pages by number reach as far: what is before a page is read too. Cursors have no end.
    package static let longestOffset = 1_000

    /// - Parameter cursor: The page follows it; nil for the page's number.
    /// - Throws: `validation_failed` for a page that is too far.
    package func page(
        _ page: Page, after cursor: NotificationCursor?, by caller: Caller
    ) async throws(DomainError) -> InboxGroupPage {
        let offset = cursor == nil ? page.offset : 0
        guard offset <= Self.longestOffset else {
            throw DomainError(
                field: "page", reason: "pages reach \(Self.longestOffset) notifications, continue with cursor")
        }
        return try await domainErrors {
            let found = try await inbox.page(of: caller.user, after: cursor, offset: offset, limit: page.limit)
            return InboxGroupPage(
                groups: found.groups.map { InboxGroup($0, in: found.language, catalog) }, unread: found.unread,
                next: found.hasMore ? found.groups.last?.cursor : nil)
        }
    }

    /// Returns how many groups have unread notifications; 100 stands for more than 99.
    package func unread(by caller: Caller) async throws(DomainError) -> Int {
        try await domainErrors { try await inbox.unread(of: caller.user) }
    }

    /// Marks a group as read, up to the given notification: one that the caller has not seen stays unread.
    /// - Returns: When the notification was read.
    /// - Throws: `notification_not_found`, also for a notification of another user.
    package func markRead(_ id: NotificationID, by caller: Caller) async throws(DomainError) -> Timestamp {
        guard let time = try await domainErrors({ try await inbox.read(id, by: caller.user) }) else {
            throw .notificationNotFound
        }
        return time
    }

    package func markAllRead(by caller: Caller) async throws(DomainError) {
        try await domainErrors { try await notifications.readAll(by: caller.user) }
    }

    /// Deletes the notifications of a group, up to the given one.
    /// - Throws: `notification_not_found`, also for a notification of another user.
    package func delete(_ id: NotificationID, by caller: Caller) async throws(DomainError) {
        guard try await domainErrors({ try await inbox.delete(id, by: caller.user) }) else {
            throw .notificationNotFound
        }
    }
}

extension DomainError {
    static let notificationNotFound = DomainError(.notificationNotFound, .notFound, "There is no such notification")
}
