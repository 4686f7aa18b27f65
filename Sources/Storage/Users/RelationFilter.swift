package import Domain
package import Postgres

/// The filter between users who see nothing of each other, for results that no statement can filter because they are
/// cached or come from elsewhere. It is the view `hidden_users`, which every other statement reads. Loop-confined, like
/// its database.
package struct RelationFilter: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns whether two users see nothing of each other.
    package func hides(_ other: UserID, from viewer: UserID) async throws(PostgresError) -> Bool {
        try await !database.read(Self.hides, [.id(viewer), .id(other)]).isEmpty
    }

    private static let hides = Statement(
        "relation_filter", "SELECT hidden_id FROM hidden_users WHERE viewer_id = $1 AND hidden_id = $2")
}
