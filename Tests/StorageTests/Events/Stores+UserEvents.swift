import Domain
import Postgres
import Storage

extension Stores {
    /// What a user gets behind a position, in words; nil for a resync.
    func names(of user: UserID, after position: EventPosition) async throws -> [String]? {
        guard
            case .events(let events, _, _) = try await UserEventLog(database).events(
                of: user, after: position, limit: 1_000)
        else { return nil }
        return events.map { event in
            switch event.content {
            case .newMessage(let message): "new \(message.content)"
            case .messageRead(let message): "read \(message.content)"
            case .messageDeleted: "deleted"
            case .notification(let notification, _): "notification \(notification.kind.rawValue)"
            case .notificationRead: "notification read"
            case .notificationGroupRead: "group read"
            case .allNotificationsRead: "all read"
            case .friendsChanged(let change, _, _, _): change.rawValue
            case .relationChanged: "relation"
            case .hidden: "hidden"
            }
        }
    }

    func send(
        _ text: String, from sender: UserID, to receiver: UserID, _ messages: MessageStore
    ) async throws -> MessageID {
        let outcome = try await messages.send(
            NewMessage(
                from: sender, to: receiver, text, needsFriendship: false, in: Stores.id(ConversationID.self),
                enqueuing: Stores.job()))
        guard case .sent(let message, _) = outcome else { throw Refused() }
        return message.id
    }

    private struct Refused: Error {}

    func append(_ count: Int, to user: UserID, about other: UserID) async throws {
        _ = try await database.write(Self.append, [.id(user), .id(other), .integer(count)])
    }

    private static let append = Statement(
        "test_append_some",
        """
        SELECT append_user_events(
            array_fill($1::uuid, ARRAY[$3::integer]), array_fill(20::smallint, ARRAY[$3::integer]), NULL,
            array_fill($2::uuid, ARRAY[$3::integer]))
        """)

    func age(days: Int) async throws {
        _ = try await database.write(Self.age, [.integer(days)])
    }

    private static let age = Statement(
        "test_age_events", "UPDATE user_events SET created_at = created_at - $1::bigint * interval '1 day'")
}
