package import Chassis
package import Domain
import FoundationEssentials
package import Postgres

/// The notification preferences of users. Loop-confined, like its database.
package struct PreferenceStore: Sendable {
    /// The preferences of a user, and when they were changed.
    package struct Chosen: Sendable {
        package let preferences: NotificationPreferences
        package let wantsEmail: Bool
        package let quietHours: QuietHours?
        /// When the account was created, if the preferences were never changed.
        package let updatedAt: Timestamp
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns a user's preferences; nil if there is no such account.
    package func read(_ user: UserID) async throws(PostgresError) -> Chosen? {
        guard var row = try await database.read(Self.read, [.id(user)]).first else { return nil }
        let kinds = try row.optionalJSON()
        let preferences = kinds.flatMap { try? JSONDecoder().decode(NotificationPreferences.self, from: Data($0)) }
        let wantsEmail = try row.bool()
        let (from, until, zone) = (try row.optionalInt(), try row.optionalInt(), try row.text())
        let hours = from.flatMap { from in until.map { QuietHours(from: from, until: $0, timeZone: zone) } }
        return Chosen(
            preferences: preferences ?? NotificationPreferences(), wantsEmail: wantsEmail, quietHours: hours,
            updatedAt: try row.timestamp())
    }

    private static let read = Statement(
        "notification_preferences",
        """
        SELECT kinds, coalesce(wants_email, true), quiet_from, quiet_until, coalesce(time_zone, 'UTC'),
               coalesce(chosen.updated_at, accounts.created_at)
        FROM accounts LEFT JOIN notification_preferences AS chosen ON chosen.user_id = accounts.id
        WHERE accounts.id = $1 AND deleted_at IS NULL
        """)

    /// - Returns: False if PostgreSQL knows no time zone of that name.
    package func write(
        _ preferences: NotificationPreferences, wantsEmail: Bool, quietHours: QuietHours?, of user: UserID
    ) async throws(PostgresError) -> Bool {
        let kinds = (try? JSONEncoder().encode(preferences)).map { Array($0) } ?? Array("{}".utf8)
        return try await database.write(
            Self.write,
            [
                .id(user), .json(kinds), .boolean(wantsEmail), quietHours.map { .integer($0.from) } ?? .null,
                quietHours.map { .integer($0.until) } ?? .null, .text(quietHours?.timeZone ?? "UTC"),
            ]
        ).affected > 0
    }

    private static let write = Statement(
        "write_notification_preferences",
        """
        INSERT INTO notification_preferences (user_id, kinds, wants_email, quiet_from, quiet_until, time_zone)
        SELECT $1, $2, $3, $4::smallint, $5::smallint, $6
        WHERE EXISTS (SELECT FROM pg_timezone_names WHERE name = $6)
        ON CONFLICT (user_id) DO UPDATE
        SET kinds = excluded.kinds, wants_email = excluded.wants_email, quiet_from = excluded.quiet_from,
            quiet_until = excluded.quiet_until, time_zone = excluded.time_zone, updated_at = now()
        """)
}
