package import Chassis
package import Domain
package import Postgres

/// One user following another.
package struct Follow: Sendable, Equatable {
    package let id: FollowID
    package let follower: UserID
    package let followed: UserID
    package let createdAt: Timestamp
}

/// Stores who follows whom. Loop-confined, like its database.
package struct FollowStore: Sendable {
    /// What became of a follow.
    package enum Outcome: Sendable, Equatable {
        /// - Parameters:
        ///   - isNew: False if the user was followed before.
        ///   - isEnqueued: Whether the job was enqueued.
        ///   - isNotified: Whether the notice was enqueued.
        case followed(Follow, isNew: Bool, isEnqueued: Bool, isNotified: Bool)
        /// `user_not_found`, `user_blocked` by the follower, `token_invalid`.
        case refused(DomainError.Code)
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// A follow that is to be written, and what follows from it.
    package struct New: Sendable {
        let user: UserID
        let other: UserID
        let job: OutboxJob
        let notice: OutboxJob?
        let event: DomainEvent

        /// - Parameters:
        ///   - job: Enqueued if the follower's timelines lack activities or posts then.
        ///   - notice: The job that notifies the followed user; enqueued if the follow is new and not hidden.
        package init(
            of other: UserID, by user: UserID, enqueuing job: OutboxJob, notifying notice: OutboxJob? = nil,
            recording event: DomainEvent
        ) {
            self.user = user
            self.other = other
            self.job = job
            self.notice = notice
            self.event = event
        }

        fileprivate var notices: [UInt8] { (notice.map { [$0] } ?? []).records }
    }

    /// Writes follows, counts them, enqueues their jobs and records their events in one statement.
    /// - Returns: The outcome of each, in order.
    package func follow(_ follows: [New]) async throws(PostgresError) -> [Outcome] {
        let rows: Rows
        if follows.count == 1 {
            let new = follows[0]
            rows = try await database.write(
                Self.follow,
                [
                    .id(new.user), .id(new.other), .json(new.event.record), .json(new.job.records),
                    .json(new.notices),
                ])
        } else {
            rows = try await database.write(
                Self.followAll,
                [
                    .uuids(follows.map { ($0.user.identifier.high, $0.user.identifier.low) }),
                    .uuids(follows.map { ($0.other.identifier.high, $0.other.identifier.low) }),
                    .jsonArray(follows.map(\.event.record)), .jsonArray(follows.map(\.job.records)),
                    .jsonArray(follows.map(\.notices)),
                ])
        }
        var outcomes: [Outcome] = []
        for (var row, new) in zip(rows, follows) { outcomes.append(try Self.outcome(&row, of: new)) }
        return outcomes
    }

    package func follow(
        _ other: UserID, by user: UserID, enqueuing job: OutboxJob, notifying notice: OutboxJob? = nil,
        recording event: DomainEvent
    ) async throws(PostgresError) -> Outcome {
        let new = New(of: other, by: user, enqueuing: job, notifying: notice, recording: event)
        guard let outcome = try await follow([new]).first else { throw .unexpectedResult("a follow has no outcome") }
        return outcome
    }

    private static func outcome(_ row: inout Row, of new: New) throws(PostgresError) -> Outcome {
        let outcome = try row.text()
        guard let id = try row.optionalID(FollowID.self) else {
            guard let code = DomainError.Code(rawValue: outcome) else {
                throw .unexpectedResult("\(outcome) is no outcome of a follow")
            }
            return .refused(code)
        }
        let follow = Follow(id: id, follower: new.user, followed: new.other, createdAt: try row.timestamp())
        return .followed(
            follow, isNew: outcome == "followed", isEnqueued: try row.bool(), isNotified: try row.bool())
    }

    private static let follow = Statement(
        "follow_user",
        "SELECT outcome, id, created_at, is_enqueued, is_notified FROM follow_user($1, $2, $3, $4, $5)")
    private static let followAll = Statement(
        "follow_users",
        "SELECT outcome, id, created_at, is_enqueued, is_notified FROM follow_users($1, $2, $3, $4, $5)")

    /// - Returns: False if the user was not followed.
    package func unfollow(
        _ other: UserID, by user: UserID, recording event: DomainEvent
    ) async throws(PostgresError) -> Bool {
        guard
            var row = try await database.write(Self.unfollow, [.id(user), .id(other), .json(event.record)]).first
        else { return false }
        return try row.bool()
    }

    private static let unfollow = Statement("unfollow_user", "SELECT unfollow_user($1, $2, $3)")

    /// Returns whether a user follows another, as far as one of their two lists shows it to the viewer: false for
    /// closed accounts, for users of whom the viewer sees nothing, and if both profiles are private to the viewer.
    package func isFollowing(
        _ other: UserID, by user: UserID, for viewer: UserID?
    ) async throws(PostgresError) -> Bool {
        try await !database.read(Self.isFollowing, [.id(user), .id(other), viewer.map { .id($0) } ?? .null]).isEmpty
    }

    private static let isFollowing = Statement(
        "is_following",
        """
        SELECT follows.id
        FROM follows
            JOIN profiles AS one ON one.user_id = follower_id
            JOIN profiles AS other ON other.user_id = following_id
        WHERE follower_id = $1 AND following_id = $2
          AND (SELECT is_active FROM accounts WHERE accounts.id = follower_id)
          AND (SELECT is_active FROM accounts WHERE accounts.id = following_id)
          AND CASE WHEN is_hidden THEN follower_id = $3
                   ELSE NOT EXISTS (
                       SELECT FROM hidden_users WHERE viewer_id = $3 AND hidden_id IN (follower_id, following_id))
                     AND (sees_details($3, follower_id, one.is_private)
                       OR sees_details($3, following_id, other.is_private)) END
        """)

    /// Returns a page of the follows of a user, or of those who follow the user, the newest first, without users who
    /// are not active and those whom the viewer sees nothing of.
    /// - Parameters:
    ///   - last: The last id of the page before; nil for the first page.
    ///   - offset: How many follows are left out behind it.
    package func page(
        _ side: Side, of user: UserID, for viewer: UserID?, after last: FollowID?, skipping offset: Int = 0, limit: Int
    ) async throws(PostgresError) -> [Follow] {
        let rows = try await database.read(
            side == .followers ? Self.followers : Self.following,
            [
                .id(user), viewer.map { .id($0) } ?? .null, .id(last ?? FollowID(Identifier(high: .max, low: .max))),
                .integer(limit), .integer(offset),
            ])
        var follows: [Follow] = []
        follows.reserveCapacity(rows.count)
        for var row in rows {
            follows.append(
                Follow(
                    id: try row.id(FollowID.self), follower: try row.id(UserID.self),
                    followed: try row.id(UserID.self), createdAt: try row.timestamp()))
        }
        return follows
    }

    package enum Side: Sendable {
        case followers, following
    }

    private static let followers = Statement(
        "page_of_followers",
        """
        SELECT id, follower_id, following_id, created_at FROM follows
        WHERE following_id = $1 AND id < $3 AND NOT is_hidden
          AND (SELECT is_active FROM accounts WHERE accounts.id = follower_id)
          AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $2 AND hidden_id = follower_id)
        ORDER BY id DESC LIMIT $4 OFFSET $5
        """)

    private static let following = Statement(
        "page_of_following",
        """
        SELECT id, follower_id, following_id, created_at FROM follows
        WHERE follower_id = $1 AND id < $3 AND (NOT is_hidden OR follower_id = $2)
          AND (SELECT is_active FROM accounts WHERE accounts.id = following_id)
          AND (is_hidden OR NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $2 AND hidden_id = following_id))
        ORDER BY id DESC LIMIT $4 OFFSET $5
        """)

    /// Returns some of the followers of a user whose feeds show the user, the newest first: those who do not mute the
    /// user, also if they are not active.
    /// - Parameters:
    ///   - last: The oldest follow that was returned before; nil at the beginning.
    ///   - isOfPosts: Whether the followers are asked for to push a post to: none if they pull the user's posts.
    package func followers(
        of user: UserID, before last: FollowID?, limit: Int, toPushPosts isOfPosts: Bool = false
    ) async throws(PostgresError) -> [(follow: FollowID, user: UserID)] {
        let rows = try await database.read(
            Self.someFollowers,
            [
                .id(user), .id(last ?? FollowID(Identifier(high: .max, low: .max))), .integer(limit),
                .boolean(isOfPosts),
            ])
        var followers: [(follow: FollowID, user: UserID)] = []
        followers.reserveCapacity(rows.count)
        for var row in rows { followers.append((try row.id(FollowID.self), try row.id(UserID.self))) }
        return followers
    }

    private static let someFollowers = Statement(
        "some_followers",
        """
        SELECT id, follower_id FROM follows
        WHERE following_id = $1 AND id < $2 AND NOT is_hidden AND NOT is_muted
          AND (NOT $4 OR (SELECT is_pushed FROM profiles WHERE user_id = $1))
        ORDER BY id DESC LIMIT $3
        """)

    /// Ends some of the follows of a deleted account, and counts them.
    /// - Returns: How many ended.
    package func removeSome(of user: UserID, limit: Int = 500) async throws(PostgresError) -> Int {
        guard var row = try await database.write(Self.removeSome, [.id(user), .integer(limit)]).first else { return 0 }
        return try row.int()
    }

    private static let removeSome = Statement(
        "remove_some_follows",
        """
        SELECT remove_follows($1, ARRAY(
            SELECT following_id FROM follows WHERE follower_id = $1
            UNION
            SELECT follower_id FROM follows WHERE following_id = $1
            LIMIT $2))
        """)
}
