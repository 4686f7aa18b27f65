package import Domain
package import Postgres

/// Stores plays of tracks. Loop-confined, like its database.
package struct PlayStore: Sendable {
    /// A listener who received the beginning of a track.
    package struct Play: Hashable, Sendable {
        package let track: MediaID
        /// A user's id, or the address of a client without a login.
        package let listener: String

        package init(track: MediaID, listener: String) {
            self.track = track
            self.listener = listener
        }
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Adds plays that are new in this hour, by PostgreSQL's clock. The owner's own are none.
    package func add(_ plays: [Play]) async throws(PostgresError) {
        _ = try await database.write(Self.add, [.media(plays.map(\.track)), .texts(plays.map(\.listener))])
    }

    private static let add = Statement(
        "add_plays",
        """
        INSERT INTO plays (track_id, listener, hour, owner_id)
        SELECT media.id, play.listener, date_trunc('hour', now()), user_id
        FROM unnest($1::uuid[], $2::text[]) AS play(track_id, listener)
            JOIN media ON media.id = play.track_id
        WHERE purpose = 'track' AND state <> 'failed' AND user_id::text <> play.listener
        ORDER BY media.id, play.listener
        ON CONFLICT DO NOTHING
        """)

    /// Adds plays to the counters of their tracks' owners.
    /// - Returns: How many were counted; zero if there are none.
    package func count(ofOwners limit: Int = 500) async throws(PostgresError) -> Int {
        guard var row = try await database.write(Self.count, [.integer(limit)]).first else { return 0 }
        return try row.int()
    }

    private static let count = Statement("count_plays", "SELECT count_plays($1::integer)")
}
