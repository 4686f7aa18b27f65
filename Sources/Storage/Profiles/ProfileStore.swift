import Chassis
package import Domain
package import Postgres

/// Reads and changes profiles. Loop-confined, like its database.
package struct ProfileStore: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns the profile of an active account as a viewer sees it.
    /// - Parameter viewer: Nil for a reader without a login.
    /// - Returns: Nil if there is no such profile, or the two users see nothing of each other.
    package func profile(of user: UserID, for viewer: UserID?) async throws(PostgresError) -> Profile? {
        try await first(Self.byID, [.id(user), viewer.map { .id($0) } ?? .null])
    }

    private static let byID = Statement(
        "profile_by_id",
        """
        SELECT entry.*, visible_following($2, entry.id), sees_details($2, entry.id, is_private),
               hidden_following_count($2, entry.id)
        FROM profile_entries AS entry
        WHERE entry.id = $1 AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $2 AND hidden_id = $1)
        """)

    /// Returns the profile with a user name, whatever its case.
    package func profile(named name: String, for viewer: UserID?) async throws(PostgresError) -> Profile? {
        try await first(Self.byName, [.text(name), viewer.map { .id($0) } ?? .null])
    }

    private static let byName = Statement(
        "profile_by_name",
        """
        SELECT entry.*, visible_following($2, entry.id), sees_details($2, entry.id, is_private),
               hidden_following_count($2, entry.id)
        FROM accounts JOIN profile_entries AS entry ON entry.id = accounts.id
        WHERE lower(accounts.username) = lower($1)
          AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $2 AND hidden_id = accounts.id)
        """)

    private func first(_ statement: Statement, _ values: [PostgresValue]) async throws(PostgresError) -> Profile? {
        guard var row = try await database.read(statement, values).first else { return nil }
        return try Profile(&row)
    }

    /// Returns a page of all profiles, in the order of their ids, as a viewer sees them.
    /// - Parameters:
    ///   - last: The last id of the page before; nil for the first page.
    ///   - excluded: A user who is left out.
    package func page(
        after last: UserID?, excluding excluded: UserID?, for viewer: UserID?, limit: Int
    ) async throws(PostgresError) -> [Profile] {
        let rows = try await database.read(
            Self.page,
            [
                .id(last ?? UserID(Identifier(high: 0, low: 0))), excluded.map { .id($0) } ?? .null,
                viewer.map { .id($0) } ?? .null, .integer(limit),
            ])
        var profiles: [Profile] = []
        profiles.reserveCapacity(rows.count)
        for var row in rows { profiles.append(try Profile(&row)) }
        return profiles
    }

    private static let page = Statement(
        "page_of_profiles",
        """
        SELECT entry.*, visible_following($3, entry.id), sees_details($3, entry.id, is_private),
               hidden_following_count($3, entry.id)
        FROM (
            SELECT id FROM accounts
            WHERE id > $1 AND is_active AND id IS DISTINCT FROM $2
              AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $3 AND hidden_id = id)
            ORDER BY id LIMIT $4
        ) AS page JOIN profile_entries AS entry ON entry.id = page.id
        ORDER BY page.id
        """, isLong: true)

    /// What became of an update.
    package enum Update: Sendable {
        /// - Parameter told: The activity, if its job was enqueued.
        case written(told: ActivityID?)
        /// There is no such account, or it is closed.
        case notFound
    }

    /// Writes the given changes, keeps every other value, and records the activity (at most one an hour, S1-49) and the
    /// event.
    package func update(
        _ user: UserID, _ changes: ProfileChanges, telling activity: NewActivity, recording event: DomainEvent
    ) async throws(PostgresError) -> Update {
        let rows = try await database.write(
            Self.update,
            [
                .id(user), .json(changes.record), .json(event.record), .id(activity.provisionalID),
                .json(activity.push.records),
            ])
        guard var row = rows.first, try row.bool() else { return .notFound }
        return .written(told: try row.optionalID(ActivityID.self))
    }

    private static let update = Statement(
        "update_profile", "SELECT is_updated, activity_id FROM update_profile($1, $2, $3, $4, $5)")
}

extension ProfileChanges {
    /// The parameter of the SQL function `update_profile`: a missing member keeps the column.
    fileprivate var record: [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            if let displayName { object.member("display_name", displayName) }
            if let bio { object.member("bio", bio) }
            if let location { object.member("location", location) }
            if let genres { object.member("genres", array: genres) { $0.value($1) } }
            if let instruments { object.member("instruments", array: instruments) { $0.value($1) } }
            if let socialLinks {
                object.object("social_links") { links in
                    for site in SocialLinks.Site.allCases {
                        if let link = socialLinks.links[site] { links.member(named: site.rawValue, link) }
                    }
                }
            }
            if let wantsEmail { object.member("wants_email", wantsEmail) }
            if let showsOnlineStatus { object.member("show_online_status", showsOnlineStatus) }
            if let isPrivate { object.member("is_private", isPrivate) }
        }
        return writer.bytes
    }
}
