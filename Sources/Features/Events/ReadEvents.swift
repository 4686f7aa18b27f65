import Chassis
package import Domain
import Storage

/// Returns the events of the caller behind a position, and waits for the first one if there is none.
package struct ReadEvents: Sendable {
    /// Events of one page.
    package static let longestPage = 100
    package static let longestWait = Duration.seconds(25)

    let log: UserEventLog
    let signals: UserEventSignals
    let limit: EventWaitLimit
    let revoked: RevokedSessions
    let catalog: NotificationCatalog

    /// Returns a page with what the caller sees of the events, as it is now. Without a position, the one to begin with.
    ///
    /// A wait holds neither a thread nor a connection to PostgreSQL. It ends early, without an event, when the process
    /// stops or the task is cancelled.
    /// - Parameter wait: How long to wait for an event, at most ``longestWait``.
    /// - Throws: `rate_limited` if too many requests of the caller wait, `token_invalid` if the session ends meanwhile.
    package func callAsFunction(
        after position: EventPosition?, waiting wait: Duration, by caller: Caller
    ) async throws(DomainError) -> EventPage {
        guard let position else {
            let head = try await domainErrors { try await log.head(of: caller.user) }
            return EventPage(events: [], position: head, isResync: false, isLast: true)
        }
        guard wait > .zero else { return try await shown(after: position, to: caller.user) }
        try limit.enter(caller.user)
        let watch = UserEventWatch(of: caller.user, for: caller.session, on: signals.loop)
        signals.add(watch)
        defer {
            signals.remove(watch)
            limit.leave(caller.user)
        }
        // Behind the registration, or a revocation in between would be missed.
        if revoked.contains(caller.session) { throw .tokenInvalid }
        return try await firstPage(
            after: position, watch, until: signals.loop.now + min(wait, Self.longestWait).nanoseconds)
    }

    private func firstPage(
        after position: EventPosition, _ watch: UserEventWatch, until deadline: UInt64
    ) async throws(DomainError) -> EventPage {
        var page = try await shown(after: position, to: watch.user)
        while page.events.isEmpty, !page.isResync {
            switch await watch.next(after: page.position.sequence, until: deadline) {
            case .changed: page = try await shown(after: page.position, to: watch.user)
            case .timedOut, .closing: return page
            case .revoked: throw .tokenInvalid
            }
        }
        return page
    }

    /// Returns the next page that has something for the client, or the last one.
    private func shown(after position: EventPosition, to user: UserID) async throws(DomainError) -> EventPage {
        var position = position
        while true {
            let page = try await self.page(after: position, of: user, limit: Self.longestPage)
            let events = page.events.filter { if case .relationChanged = $0.content { false } else { true } }
            guard events.isEmpty, !page.isLast else {
                return EventPage(
                    events: events, position: page.position, isResync: page.isResync, isLast: page.isLast)
            }
            position = page.position
        }
    }

    /// Returns the events behind a position, those for the process among them, without waiting.
    /// - Parameter limit: At most ``UserEventLog/mostReplayed``.
    package func page(
        after position: EventPosition, of user: UserID, limit: Int
    ) async throws(DomainError) -> EventPage {
        let found = try await domainErrors { try await log.events(of: user, after: position, limit: limit) }
        switch found {
        case .resync(let head): return EventPage(events: [], position: head, isResync: true, isLast: true)
        case .events(let events, let language, let isLast):
            return EventPage(
                events: events.compactMap { ClientEvent($0, in: language, catalog) },
                position: events.last?.position ?? position, isResync: false, isLast: isLast)
        }
    }
}

extension ClientEvent {
    /// Nil if the user sees nothing of it.
    fileprivate init?(_ event: UserEvent, in language: Language, _ catalog: NotificationCatalog) {
        position = event.position
        switch event.content {
        case .newMessage(let message): content = .newMessage(ChatMessage(message))
        case .messageRead(let message): content = .messageRead(ChatMessage(message))
        case .messageDeleted(let message): content = .messageDeleted(message)
        case .notification(let notification, let actor):
            content = .notification(InboxGroup(notification, actor, in: language, catalog))
        case .notificationRead(let id): content = .notificationRead(id, isGroup: false)
        case .notificationGroupRead(let id): content = .notificationRead(id, isGroup: true)
        case .allNotificationsRead: content = .allNotificationsRead
        case .friendsChanged(let change, let request, let other, let card):
            content = .friendsChanged(change, request, with: other, user: card.map { ListedAuthor($0) })
        case .relationChanged(let other): content = .relationChanged(with: other)
        case .hidden: return nil
        }
    }
}

extension InboxGroup {
    /// One notification, as a group of its own.
    fileprivate init(
        _ notification: Notification, _ card: UserCard?, in language: Language, _ catalog: NotificationCatalog
    ) {
        let descriptor = catalog[notification.kind]
        id = notification.id
        kind = notification.kind
        category = descriptor?.category ?? .system
        entityType = descriptor?.entity
        entity = notification.entity
        actor = card.map { ListedAuthor($0) }
        others = 0
        content =
            descriptor?.text(in: language).entry(
                actor: card?.username, title: notification.title, others: 0, count: 1) ?? notification.title ?? ""
        body = notification.body
        createdAt = notification.createdAt
        readAt = notification.readAt
    }
}
