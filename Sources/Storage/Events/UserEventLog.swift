import Chassis
package import Domain
package import Postgres

/// Reads the durable events of users (`user_events`), and deletes old ones. Statements that cause events append them
/// themselves: see Functions/user_events.sql. Loop-confined, like its database.
package struct UserEventLog: Sendable {
    /// A client that has missed more reads everything again.
    package static let mostReplayed = 1_000
    /// How long events are kept.
    package static let retention = Duration.seconds(7 * 86_400)

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    // MARK: Reading

    /// Events behind a position.
    package enum Page: Sendable {
        /// - Parameters:
        ///   - language: The user's.
        ///   - isLast: Whether no further events follow.
        case events([UserEvent], language: Language, isLast: Bool)
        /// The position is not of this log, or is too old: there are no events that complete what the client has.
        /// - Parameter head: The position of the user's last event.
        case resync(head: EventPosition)
    }

    /// Returns the position of a user's last event.
    package func head(of user: UserID) async throws(PostgresError) -> EventPosition {
        guard var row = try await database.read(Self.head, [.id(user)]).first else { return .start }
        return EventPosition(sequence: try row.int(), microseconds: Int64(try row.int()))
    }

    private static let head = Statement(
        "user_event_head",
        "SELECT last_seq, event_microseconds(last_at) FROM user_event_heads WHERE user_id = $1")

    /// Returns the events of a user behind a position, in their order, each with what it is about as it is now.
    /// - Parameter limit: At most ``mostReplayed``.
    package func events(
        of user: UserID, after position: EventPosition, limit: Int
    ) async throws(PostgresError) -> Page {
        let rows = try await database.read(
            Self.events,
            [
                .id(user), .integer(position.sequence), .timestamp(Timestamp(microseconds: position.microseconds)),
                .integer(limit),
            ])
        var (events, language, head) = ([UserEvent](), Language.english, EventPosition.start)
        for var row in rows {
            language = Language(rawValue: try row.text()) ?? .english
            head = EventPosition(sequence: try row.int(), microseconds: Int64(try row.int()))
            guard try row.bool(), head.sequence - position.sequence <= Self.mostReplayed else {
                return .resync(head: head)
            }
            if try row.bool() { events.append(try UserEvent(&row)) }
        }
        let last = events.last?.position ?? position
        return .events(events, language: language, isLast: last.sequence >= head.sequence)
    }

    /// The position is that of the head, that of an event, or the start of a log that has its first event. What a user
    /// sees of an event is what the statements of messages, notifications and friends show. Ids are looked up alone:
    /// with the user beside them the planner might read an index of all rows of the user.
    private static let events = Statement(
        "user_events_after",
        """
        WITH place AS MATERIALIZED (
            SELECT reader.language, last_seq, last_at,
                   CASE WHEN $2 = last_seq THEN last_at = $3
                        WHEN $2 = 0 THEN $3 = 'epoch' AND (
                            SELECT seq FROM user_events WHERE user_id = $1 ORDER BY seq LIMIT 1) = 1
                        ELSE (
                            SELECT true FROM user_events WHERE user_id = $1 AND seq = $2 AND created_at = $3
                        ) END IS TRUE AS is_known
            FROM (SELECT language FROM accounts WHERE id = $1) AS reader CROSS JOIN (
                SELECT coalesce(max(last_seq), 0) AS last_seq, coalesce(max(last_at), 'epoch') AS last_at
                FROM user_event_heads WHERE user_id = $1
            ) AS head
        )
        SELECT place.language, place.last_seq, event_microseconds(place.last_at), place.is_known,
               event.seq IS NOT NULL, event.seq, event_microseconds(event.created_at), event.kind, event.entity_id,
               event.actor_id, event.is_shown,
               message.id IS NOT NULL, message.id, message.sender_id, message.receiver_id, message.content,
               message.media_url, message.created_at, message.delivered_at, message.read_at, message.edited_at,
               message.sender_reaction, message.receiver_reaction,
               notice.id IS NOT NULL, notice.id, notice.user_id, notice.kind, notice.actor_id, notice.actor_name,
               notice.entity_id, notice.title, notice.body, notice.read_at, notice.created_at,
               card.user_id IS NOT NULL, card.user_id, card.username, card.first_name, card.last_name,
               CASE WHEN card.is_active THEN card.avatar_media_id END, CASE WHEN card.is_active THEN card.avatar_url END
        FROM place LEFT JOIN LATERAL (
            SELECT found.*,
                   CASE WHEN kind = 3 THEN (
                            SELECT NOT EXISTS (
                                SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = found.actor_id))
                        WHEN kind IN (5, 6) THEN entity_id IS NULL OR (
                            SELECT true FROM notifications WHERE id = found.entity_id)
                        WHEN kind = 10 THEN (
                            SELECT sender_id = $1 OR NOT EXISTS (
                                SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = sender_id)
                            FROM friend_requests WHERE id = found.entity_id)
                        WHEN kind = 11 THEN (
                            SELECT true FROM friends WHERE user_id = $1 AND friend_id = found.actor_id)
                        ELSE true END IS TRUE AS is_shown
            FROM (SELECT * FROM user_events WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $4) AS found
            OFFSET 0
        ) AS event ON place.is_known AND place.last_seq - $2 <= 1000
        LEFT JOIN LATERAL (
            SELECT * FROM visible_messages($1) AS seen
            WHERE event.kind IN (1, 2) AND seen.id = event.entity_id LIMIT 1
        ) AS message ON true
        LEFT JOIN LATERAL (
            SELECT * FROM notification_entries AS entry
            WHERE event.kind = 4 AND entry.id = event.entity_id LIMIT 1
        ) AS notice ON true
        LEFT JOIN LATERAL (
            SELECT * FROM user_cards WHERE event.kind IN (4, 10, 11) AND user_id = event.actor_id LIMIT 1
        ) AS card ON true
        ORDER BY event.seq
        """)

    /// Returns the number of the last event of each user who got one lately.
    /// - Parameter age: How long ago events were appended at most; it must exceed the time that a transaction takes.
    package func newest(within age: Duration) async throws(PostgresError) -> [(user: UserID, sequence: Int)] {
        var newest: [(user: UserID, sequence: Int)] = []
        for var row in try await database.read(Self.newest, [.integer(Int(age.nanoseconds / 1_000_000))]) {
            newest.append((try row.id(UserID.self), try row.int()))
        }
        return newest
    }

    private static let newest = Statement(
        "newest_user_events",
        """
        SELECT user_id, max(seq) FROM user_events
        WHERE created_at > now() - $1::bigint * interval '1 millisecond' GROUP BY user_id
        """, isLong: true)

    // MARK: Deleting

    /// Deletes events that are older than ``retention``, or another age.
    /// - Returns: How many were deleted; less than the limit if there are no more.
    package func prune(olderThan age: Duration = retention, limit: Int = 1_000) async throws(PostgresError) -> Int {
        let seconds = Int(age.nanoseconds / 1_000_000_000)
        guard var row = try await database.write(Self.prune, [.integer(seconds), .integer(limit)]).first else {
            return 0
        }
        return try row.int()
    }

    private static let prune = Statement(
        "prune_user_events", "SELECT prune_user_events($1::bigint * interval '1 second', $2::integer)")

    /// Deletes some of the events of a deleted account; the rest goes with the account.
    /// - Returns: How many were deleted; less than the limit if there are no more.
    package func removeSome(of user: UserID, limit: Int = 1_000) async throws(PostgresError) -> Int {
        guard var row = try await database.write(Self.removeSome, [.id(user), .integer(limit)]).first else { return 0 }
        return try row.int()
    }

    private static let removeSome = Statement(
        "remove_some_user_events", "SELECT remove_some_user_events($1, $2::integer)")
}
