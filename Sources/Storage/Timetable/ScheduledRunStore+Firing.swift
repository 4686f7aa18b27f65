package import Chassis
package import Domain
package import Postgres

extension ScheduledRunStore {
    /// What a try to fire a tick brought.
    package enum Firing: Sendable, Equatable {
        /// Another scheduler was faster.
        case late
        case fired
        /// Nobody else had fired it, but its job is unique and an earlier one is still queued.
        case firedWithoutJob
    }

    /// Fires a tick and writes its job, together and once, whoever tries. An older one than the newest that has fired
    /// never fires, so that who was away cannot undo what others decided about missed ones.
    /// - Parameter job: Nil for one that needs no row.
    package func fire(_ name: String, at due: Timestamp, enqueuing job: OutboxJob?) async throws(PostgresError)
        -> Firing
    {
        let jobs = [job].compactMap { $0 }
        let rows = try await database.write(Self.fire, [.text(name), .timestamp(due), .json(jobs.records)])
        guard var row = rows.first else { return .late }
        return try row.int() == jobs.count ? .fired : .firedWithoutJob
    }

    private static let fire = Statement(
        "fire_tick",
        """
        WITH fired AS (
            INSERT INTO ticks (name, due_at)
            SELECT $1, $2
            WHERE NOT EXISTS (SELECT FROM ticks WHERE name = $1 AND due_at >= $2)
            ON CONFLICT DO NOTHING
            RETURNING due_at
        ), promised AS (
            INSERT INTO outbox SELECT job.* FROM fired, unique_outbox_rows($3) AS job
            ON CONFLICT DO NOTHING
            RETURNING id
        )
        SELECT (SELECT count(*) FROM promised) FROM fired
        """)
}

/// How far a tick of the timetable has come.
package struct ScheduleState: Sendable {
    /// By PostgreSQL's clock.
    package let now: Timestamp
    /// The newest that has fired, or when the timetable first knew it.
    package let last: Timestamp
    /// What clocks on the wall show now, in minutes since they showed 1970-01-01 00:00.
    package let wallMinute: Int
    package let lastWallMinute: Int
}
