package import Domain
package import Postgres

/// Stores how the posts of authors reach feeds: pushed to the timelines of followers, or pulled when a feed is read.
/// Loop-confined, like its database.
package struct PostDeliveryStore: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// A change that was begun and is to be completed.
    package enum Change: String, Sendable {
        case push, pull
    }

    /// Decides about an author by the number of followers, and begins the change. Until it is complete, posts are
    /// pushed and pulled.
    package func choose(for author: UserID) async throws(PostgresError) -> Change? {
        guard var row = try await database.write(Self.choose, [.id(author)]).first else { return nil }
        return try row.optionalText().flatMap(Change.init)
    }

    private static let choose = Statement("choose_post_delivery", "SELECT choose_post_delivery($1)")

    /// Lets some followers pull the posts of an author, from the newest follow on.
    /// - Parameter last: The follow that the last call returned; nil at the beginning.
    /// - Returns: Nil if all do.
    package func pull(
        _ author: UserID, before last: FollowID?, limit: Int = 1_000
    ) async throws(PostgresError) -> FollowID? {
        let rows = try await database.write(
            Self.pull,
            [.id(author), .id(last ?? FollowID(Identifier(high: .max, low: .max))), .integer(limit)])
        guard var row = rows.first else { return nil }
        return try row.optionalID(FollowID.self)
    }

    private static let pull = Statement("pull_followers", "SELECT pull_followers($1, $2, $3::integer)")

    /// Returns some followers who pull the posts of an author.
    package func pulling(_ author: UserID, limit: Int) async throws(PostgresError) -> [UserID] {
        var users: [UserID] = []
        for var row in try await database.read(Self.pulling, [.id(author), .integer(limit)]) {
            users.append(try row.id(UserID.self))
        }
        return users
    }

    private static let pulling = Statement(
        "pulling_followers",
        "SELECT follower_id FROM follows WHERE following_id = $1 AND is_pulled LIMIT $2", isLong: true)

    /// Ends that some followers pull the posts of an author. Drop their timelines before.
    /// - Returns: Whether none is left.
    package func push(_ author: UserID, to followers: [UserID]) async throws(PostgresError) -> Bool {
        let users = PostgresValue.uuids(followers.map { ($0.identifier.high, $0.identifier.low) })
        guard var row = try await database.write(Self.push, [.id(author), users]).first else { return true }
        return try row.bool()
    }

    private static let push = Statement("push_to_followers", "SELECT push_to_followers($1, $2)")
}
