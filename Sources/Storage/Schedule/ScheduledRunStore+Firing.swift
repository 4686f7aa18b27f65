package import Chassis
package import Domain
package import Postgres

extension ScheduledRunStore {
    /// The outcome of recording a scheduled run.
    package enum Firing: Sendable, Equatable {
        /// Another scheduler recorded it, or a newer one.
        case late
        case fired
        /// The run was recorded, but its job is unique and an earlier one is still enqueued.
        case firedWithoutJob
    }

    /// Records a scheduled run and inserts its job, together and once for all schedulers. A run older than the newest
    /// recorded one is never recorded, so that a scheduler that was stopped cannot change what others decided about
    /// missed runs.
    /// - Parameter job: Nil for a job without a row.
    package func fire(_ name: String, at due: Timestamp, enqueuing job: OutboxJob?) async throws(PostgresError)
        -> Firing
    {
        let jobs = [job].compactMap { $0 }
        let rows = try await database.write(Self.fire, [.text(name), .timestamp(due), .json(jobs.records)])
        guard var row = rows.first else { return .late }
        return try row.int() == jobs.count ? .fired : .firedWithoutJob
    }

    private static let fire = Statement(
        "fire_scheduled_run",
        """
        WITH fired AS (
            INSERT INTO ticks (name, due_at)
            SELECT $1, $2
            WHERE NOT EXISTS (SELECT FROM ticks WHERE name = $1 AND due_at >= $2)
            ON CONFLICT DO NOTHING
            RETURNING due_at
        ), enqueued AS (
            INSERT INTO outbox SELECT job.* FROM fired, unique_outbox_rows($3) AS job
            ON CONFLICT DO NOTHING
            RETURNING id
        )
        SELECT (SELECT count(*) FROM enqueued) FROM fired
        """)
}

/// The state of an entry of the schedule.
package struct ScheduleState: Sendable {
    /// By PostgreSQL's clock.
    package let now: Timestamp
    /// The newest recorded run, or when the entry was first scheduled.
    package let last: Timestamp
    /// The local time now, in minutes since 1970-01-01 00:00 local time.
    package let wallMinute: Int
    package let lastWallMinute: Int
}
