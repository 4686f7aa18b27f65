import TestSupport

extension Product {
    /// Writes that a tick has fired last so many days ago, as if no scheduler had run since.
    func pretend(_ tick: String, firedDaysAgo days: Int) async throws {
        _ = try await texts(
            """
            WITH gone AS (DELETE FROM ticks WHERE name = $1)
            INSERT INTO ticks (name, due_at) SELECT $1, now() - $2::text::integer * interval '1 day'
            ON CONFLICT DO NOTHING
            RETURNING name
            """, [tick, "\(days)"])
    }

    /// When a tick was due each time that it fired, the newest first, in seconds since 1970.
    func fired(_ tick: String) async throws -> [Int] {
        try await texts(
            "SELECT extract(epoch FROM due_at)::bigint::text FROM ticks WHERE name = $1 ORDER BY due_at DESC", [tick]
        ).compactMap { Int($0) }
    }

    /// The kinds of all jobs that have a row, sorted.
    func jobKinds() async throws -> [String] {
        try await texts("SELECT kind FROM outbox ORDER BY kind")
    }
}
