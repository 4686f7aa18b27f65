import TestSupport

/// The rows of a ``RandomWorld``, from which the rule of blocks says what each user sees.
struct WorldRows {
    struct Message {
        let id: String
        let sender: String
        let receiver: String
        let content: String
        let isRead: Bool
        let isDelivered: Bool
    }

    struct Notification {
        let id: String
        let user: String
        let actor: String?
        let entity: String?
        let isRead: Bool
        let kind: String
    }

    /// Pairs of blocker and blocked.
    let blocks: Set<[String]>
    /// Pairs of follower and blocker: follows that only the follower sees.
    let hiddenFollows: Set<[String]>
    /// Pairs of follower and followed user, of the other follows.
    let visibleFollows: Set<[String]>
    /// Pairs of both orders.
    let friends: Set<[String]>
    /// Pairs of sender and receiver.
    let requests: Set<[String]>
    /// In order.
    let messages: [Message]
    let notifications: [Notification]

    init(_ product: Product) async throws {
        func rows(_ sql: String) async throws -> [[String]] {
            try await product.texts(sql).map {
                $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            }
        }
        blocks = Set(try await rows("SELECT blocker_id || '|' || blocked_id FROM blocks"))
        hiddenFollows = Set(
            try await rows("SELECT follower_id || '|' || following_id FROM follows WHERE is_hidden"))
        visibleFollows = Set(
            try await rows("SELECT follower_id || '|' || following_id FROM follows WHERE NOT is_hidden"))
        friends = Set(try await rows("SELECT user_id || '|' || friend_id FROM friends"))
        requests = Set(try await rows("SELECT sender_id || '|' || receiver_id FROM friend_requests"))
        messages = try await rows(
            """
            SELECT concat_ws('|', id, sender_id, receiver_id, content, read_at IS NOT NULL, delivered_at IS NOT NULL)
            FROM messages ORDER BY created_at, id
            """
        ).map {
            Message(
                id: $0[0], sender: $0[1], receiver: $0[2], content: $0[3], isRead: $0[4] == "t",
                isDelivered: $0[5] == "t")
        }
        notifications = try await rows(
            """
            SELECT id || '|' || user_id || '|' || coalesce(actor_id::text, '') || '|' || coalesce(entity_id::text, '')
                || '|' || (read_at IS NOT NULL) || '|' || kind
            FROM notifications
            """
        ).map {
            Notification(
                id: $0[0], user: $0[1], actor: $0[2].isEmpty ? nil : $0[2], entity: $0[3].isEmpty ? nil : $0[3],
                isRead: $0[4] == "true", kind: $0[5])
        }
    }

    /// The rule: two users see nothing of each other while one of them blocks the other.
    func areHidden(_ one: String, _ other: String) -> Bool {
        blocks.contains([one, other]) || blocks.contains([other, one])
    }

    func friends(of user: String) -> Set<String> { Set(friends.filter { $0[0] == user }.map { $0[1] }) }

    func messages(_ one: String, _ other: String) -> [Message] {
        messages.filter { [$0.sender, $0.receiver] == [one, other] || [$0.sender, $0.receiver] == [other, one] }
    }

    func visibleNotifications(of user: String) -> [Notification] {
        notifications.filter { entry in
            guard entry.user == user else { return false }
            guard let actor = entry.actor else { return true }
            return !areHidden(user, actor) && (entry.kind != "user_followed" || visibleFollows.contains([actor, user]))
        }
    }
}
