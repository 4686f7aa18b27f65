import TestSupport

extension Product {
    /// Records the last run of an entry of the schedule so many days ago, as if no scheduler had run since.
    func recordLastRun(of entry: String, daysAgo days: Int) async throws {
        _ = try await texts(
            """
            WITH removed AS (DELETE FROM ticks WHERE name = $1)
            INSERT INTO ticks (name, due_at) SELECT $1, now() - $2::text::integer * interval '1 day'
            ON CONFLICT DO NOTHING
            RETURNING name
            """, [entry, "\(days)"])
    }

    /// Returns the due times of the recorded runs of an entry, the newest first, in seconds since 1970.
    func recordedRuns(of entry: String) async throws -> [Int] {
        try await texts(
            "SELECT extract(epoch FROM due_at)::bigint::text FROM ticks WHERE name = $1 ORDER BY due_at DESC", [entry]
        ).compactMap { Int($0) }
    }

    /// Returns the kinds of all jobs that have a row, sorted.
    func jobKinds() async throws -> [String] {
        try await texts("SELECT kind FROM outbox ORDER BY kind")
    }
}
