import Domain
import Postgres
import Storage

extension Stores {
    /// Adds to the counters of a user without adding rows.
    func miscount(_ user: UserID, by count: Int, bytes: Int) async throws {
        _ = try await database.write(Self.miscount, [.id(user), .integer(count), .integer(bytes)])
    }

    private static let miscount = Statement(
        "test_miscount",
        "UPDATE profiles SET media_count = media_count + $2, media_bytes = media_bytes + $3 WHERE user_id = $1")

    /// Returns the first column of a statement's rows.
    func texts(_ statement: Statement, _ values: [PostgresValue] = []) async throws -> [String] {
        try await database.read(statement, values).map { row in
            var row = row
            return try row.text()
        }
    }
}
