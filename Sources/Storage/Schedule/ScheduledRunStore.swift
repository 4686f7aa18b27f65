package import Chassis
package import Domain
package import Postgres

/// Stores the scheduled runs that were recorded, and computes local times. Loop-confined, like its database.
package struct ScheduledRunStore: Sendable {
    let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns the id of this installation, which was created with the schema; a copy of the database keeps it.
    package func installation() async throws(PostgresError) -> Identifier {
        guard var row = try await database.read(Self.installation).first else {
            throw .unexpectedResult("the installation has no row")
        }
        let (high, low) = try row.uuid()
        return Identifier(high: high, low: low)
    }

    private static let installation = Statement("installation", "SELECT id FROM installation")

    /// Records a new entry of the schedule: its runs can be missed from now on.
    /// - Parameter present: The current time; nil for PostgreSQL's clock.
    package func begin(_ name: String, at present: Timestamp? = nil) async throws(PostgresError) {
        _ = try await database.write(Self.begin, [.text(name), .present(present)])
    }

    private static let begin = Statement(
        "begin_schedule",
        """
        INSERT INTO ticks (name, due_at)
        SELECT $1, coalesce($2::timestamptz, now())
        WHERE NOT EXISTS (SELECT FROM ticks WHERE name = $1)
        ON CONFLICT DO NOTHING
        """)

    /// Returns the state of an entry of the schedule.
    /// - Parameters:
    ///   - zone: The time zone; a name that PostgreSQL does not know throws.
    ///   - present: The current time; nil for PostgreSQL's clock.
    package func state(
        of name: String, in zone: String, at present: Timestamp? = nil
    ) async throws(PostgresError) -> ScheduleState {
        guard var row = try await database.read(Self.state, [.text(name), .text(zone), .present(present)]).first else {
            throw .unexpectedResult("a moment has no row")
        }
        return ScheduleState(
            now: try row.timestamp(), last: try row.timestamp(), wallMinute: try row.int(),
            lastWallMinute: try row.int())
    }

    private static let state = Statement(
        "schedule_state",
        """
        WITH moment AS (
            SELECT coalesce($3::timestamptz, now()) AS now
        ), known AS (
            SELECT now, coalesce((SELECT max(due_at) FROM ticks WHERE name = $1), now) AS last FROM moment
        )
        SELECT now, last, floor(extract(epoch FROM now AT TIME ZONE $2) / 60)::bigint,
               floor(extract(epoch FROM last AT TIME ZONE $2) / 60)::bigint
        FROM known
        """)

    /// Returns the times at which the local clock shows these minutes, ascending.
    /// - Parameters:
    ///   - wallMinutes: Minutes since 1970-01-01 00:00 local time.
    ///   - repeating: Whether a minute that is shown twice is two moments, and one that is skipped is none. Else it is
    ///     always one: of two the second; of a skipped one, as much later as the clock jumped.
    package func moments(
        _ wallMinutes: [Int], in zone: String, repeating: Bool
    ) async throws(PostgresError) -> [Timestamp] {
        let rows = try await database.read(
            Self.moments, [.text(zone), .texts(wallMinutes.map { String($0) }), .boolean(repeating)])
        var moments: [Timestamp] = []
        for var row in rows { moments.append(try row.timestamp()) }
        return moments
    }

    /// The offsets of the day before and of the day after: if the clock jumped between them, these are the two that a
    /// minute can have.
    private static let moments = Statement(
        "schedule_moments",
        """
        WITH wall AS (
            SELECT timestamp 'epoch' + minute::bigint * interval '1 minute' AS time FROM unnest($2::text[]) AS minute
        ), candidate AS (
            SELECT time, ((time - interval '1 day') AT TIME ZONE $1) + interval '24 hours' AS moment FROM wall WHERE $3
            UNION ALL
            SELECT time, ((time + interval '1 day') AT TIME ZONE $1) - interval '24 hours' FROM wall WHERE $3
            UNION ALL
            SELECT time, time AT TIME ZONE $1 FROM wall WHERE NOT $3
        )
        SELECT DISTINCT moment FROM candidate
        WHERE NOT $3 OR moment AT TIME ZONE $1 = time
        ORDER BY moment
        """)
}

extension PostgresValue {
    fileprivate static func present(_ moment: Timestamp?) -> PostgresValue { moment.map { .timestamp($0) } ?? .null }
}
