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
        return try Chosen(&row)
    }

    private static let read = Statement(
        "notification_preferences",
        """
        SELECT kinds, coalesce(wants_email, true), quiet_from, quiet_until, coalesce(time_zone, 'UTC'),
               coalesce(chosen.updated_at, accounts.created_at)
        FROM accounts LEFT JOIN notification_preferences AS chosen ON chosen.user_id = accounts.id
        WHERE accounts.id = $1 AND deleted_at IS NULL
        """)

    /// Returns the preferences of a user who can be notified of something that another did: both accounts are active,
    /// neither blocks the other, and the user does not mute the other. Nil if not.
    package func read(
        _ user: UserID, forActionBy actor: UserID?
    ) async throws(PostgresError) -> Chosen? {
        let rows = try await database.read(Self.readReceiver, [.id(user), actor.map { .id($0) } ?? .null])
        guard var row = rows.first else { return nil }
        return try Chosen(&row)
    }

    private static let readReceiver = Statement(
        "notification_receiver",
        """
        SELECT kinds, coalesce(wants_email, true), quiet_from, quiet_until, coalesce(time_zone, 'UTC'),
               coalesce(chosen.updated_at, accounts.created_at)
        FROM accounts LEFT JOIN notification_preferences AS chosen ON chosen.user_id = accounts.id
        WHERE accounts.id = $1 AND is_active
          AND ($2::uuid IS NULL OR (SELECT is_active FROM accounts WHERE id = $2)
               AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = $2)
               AND NOT EXISTS (SELECT FROM mutes WHERE muter_id = $1 AND muted_id = $2))
        """)

    /// Writes what the changes name and keeps the rest, in one statement, so that of two changes at the same time none
    /// is lost. A kind that was never changed starts from its defaults.
    /// - Parameter changes: The time zone is one of ``timeZones()``.
    /// - Returns: The preferences after the change; nil if there is no such account, or it is closed.
    package func change(
        _ changes: NotificationPreferenceChanges, of user: UserID
    ) async throws(PostgresError) -> Chosen? {
        let hours = changes.quietHours ?? nil
        let rows = try await database.write(
            Self.change,
            [
                .id(user), .json(changes.kindsRecord), changes.wantsEmail.map { .boolean($0) } ?? .null,
                .boolean(changes.quietHours != nil), hours.map { .integer($0.from) } ?? .null,
                hours.map { .integer($0.until) } ?? .null, .text(hours?.timeZone ?? "UTC"),
            ])
        guard var row = rows.first else { return nil }
        return try Chosen(&row)
    }

    private static let change = Statement(
        "change_notification_preferences",
        """
        INSERT INTO notification_preferences AS chosen (user_id, kinds, wants_email, quiet_from, quiet_until, time_zone)
        SELECT id,
               coalesce((SELECT jsonb_object_agg(kind, (pair -> 'default') || (pair -> 'change'))
                         FROM jsonb_each($2) AS given(kind, pair)), '{}'),
               coalesce($3, true), $5::smallint, $6::smallint, $7
        FROM accounts WHERE id = $1 AND is_active FOR KEY SHARE
        ON CONFLICT (user_id) DO UPDATE
        SET kinds = chosen.kinds || coalesce(
                (SELECT jsonb_object_agg(
                            kind, (pair -> 'default') || coalesce(chosen.kinds -> kind, '{}') || (pair -> 'change'))
                 FROM jsonb_each($2) AS given(kind, pair)), '{}'),
            wants_email = coalesce($3, chosen.wants_email),
            quiet_from = CASE WHEN $4 THEN excluded.quiet_from ELSE chosen.quiet_from END,
            quiet_until = CASE WHEN $4 THEN excluded.quiet_until ELSE chosen.quiet_until END,
            time_zone = CASE WHEN $4 THEN excluded.time_zone ELSE chosen.time_zone END,
            updated_at = now()
        RETURNING kinds, wants_email, quiet_from, quiet_until, time_zone, updated_at
        """)

    /// Returns the names of the time zones that PostgreSQL knows. Reads every time zone file of PostgreSQL's machine
    /// [130 to 170 ms]: keep the result.
    package func timeZones() async throws(PostgresError) -> Set<String> {
        var names: Set<String> = []
        for var row in try await database.read(Self.timeZones) { names.insert(try row.text()) }
        return names
    }

    private static let timeZones = Statement("time_zones", "SELECT name FROM pg_timezone_names", isLong: true)
}

extension PreferenceStore.Chosen {
    fileprivate init(_ row: inout Row) throws(PostgresError) {
        let kinds = try row.optionalJSON()
        let preferences = kinds.flatMap { try? JSONDecoder().decode(NotificationPreferences.self, from: Data($0)) }
        let wantsEmail = try row.bool()
        let (from, until, zone) = (try row.optionalInt(), try row.optionalInt(), try row.text())
        let hours = from.flatMap { from in until.map { QuietHours(from: from, until: $0, timeZone: zone) } }
        self.init(
            preferences: preferences ?? NotificationPreferences(), wantsEmail: wantsEmail, quietHours: hours,
            updatedAt: try row.timestamp())
    }
}

extension NotificationPreferenceChanges {
    /// The changed kinds by key, each with its defaults: `{"newMessages":{"default":{…},"change":{"enabled":false}}}`.
    fileprivate var kindsRecord: [UInt8] {
        var writer = JSONWriter()
        writer.object { kinds in
            for kind in self.kinds where !kind.isEmpty {
                kinds.object(named: kind.setting.key) { pair in
                    let fallback = kind.setting.fallback
                    pair.object("default") {
                        Self.write(fallback.enabled, fallback.methods, fallback.onlyWhenOffline, to: &$0)
                    }
                    pair.object("change") { Self.write(kind.enabled, kind.methods, kind.onlyWhenOffline, to: &$0) }
                }
            }
        }
        return writer.bytes
    }

    private static func write(
        _ enabled: Bool?, _ methods: [NotificationPreferences.Method]?, _ onlyWhenOffline: Bool?,
        to object: inout JSONWriter
    ) {
        if let enabled { object.member("enabled", enabled) }
        if let methods { object.member("methods", array: methods) { $0.value($1.rawValue) } }
        if let onlyWhenOffline { object.member("onlyWhenOffline", onlyWhenOffline) }
    }
}

extension NotificationPreferenceChanges.Kind {
    fileprivate var isEmpty: Bool { enabled == nil && methods == nil && onlyWhenOffline == nil }
}
