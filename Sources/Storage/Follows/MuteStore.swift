package import Chassis
package import Domain
package import Postgres

/// A user whom another mutes.
package struct Mute: Sendable {
    package let id: MuteID
    package let createdAt: Timestamp
    package let user: UserCard
}

/// Stores which users mute which. Loop-confined, like its database.
package struct MuteStore: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Mutes a user.
    /// - Returns: Nil, or the refusal: `user_not_found`, `user_blocked` by the muter, `user_already_muted`,
    ///   `token_invalid`.
    package func mute(_ other: UserID, by user: UserID) async throws(PostgresError) -> DomainError.Code? {
        try await database.refusal(Self.mute, [.id(user), .id(other)])
    }

    private static let mute = Statement("mute_user", "SELECT mute_user($1, $2)")

    /// Ends a mute, and enqueues the job if the muter's timelines lack posts or activities now.
    /// - Returns: Whether the job was enqueued; nil if the user was not muted.
    package func unmute(
        _ other: UserID, by user: UserID, enqueuing job: OutboxJob
    ) async throws(PostgresError) -> Bool? {
        guard
            var row = try await database.write(Self.unmute, [.id(user), .id(other), .json(job.records)]).first
        else { return nil }
        return try row.bool()
    }

    private static let unmute = Statement("unmute_user", "SELECT is_enqueued FROM unmute_user($1, $2, $3)")

    /// Returns a page of the active users whom a user mutes, the last mute first. Users who block the muter are listed
    /// as others are, so that the list does not tell who does.
    /// - Parameter last: Only older mutes; nil for the newest.
    package func page(of user: UserID, after last: MuteID?, limit: Int) async throws(PostgresError) -> [Mute] {
        let rows = try await database.read(
            Self.page, [.id(user), .id(last ?? MuteID(Identifier(high: .max, low: .max))), .integer(limit)])
        var mutes: [Mute] = []
        for var row in rows {
            mutes.append(
                Mute(id: try row.id(MuteID.self), createdAt: try row.timestamp(), user: try UserCard(&row)))
        }
        return mutes
    }

    private static let page = Statement(
        "page_of_mutes",
        """
        SELECT mutes.id, mutes.created_at, card.user_id, card.username, card.first_name, card.last_name,
               card.avatar_media_id, card.avatar_url
        FROM mutes CROSS JOIN LATERAL (SELECT * FROM user_cards WHERE user_id = mutes.muted_id LIMIT 1) AS card
        WHERE mutes.muter_id = $1 AND mutes.id < $2 AND card.is_active
        ORDER BY mutes.id DESC LIMIT $3
        """)
}
