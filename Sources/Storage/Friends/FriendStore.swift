package import Domain
package import Postgres

/// Stores friendships and friend requests. Loop-confined, like its database.
package struct FriendStore: Sendable {
    let database: Database
    let events: UserEventOutlet

    package init(_ database: Database, events: UserEventOutlet = .none) {
        self.database = database
        self.events = events
    }

    /// Writes a friend request; a pending request of the receiver makes both friends at once.
    /// - Parameter id: The id of the new request.
    package func request(
        _ id: FriendshipID, from sender: UserID, to receiver: UserID, message: String?, enqueuing jobs: FriendJobs
    ) async throws(PostgresError) -> FriendOutcome {
        let rows = try await database.write(
            Self.request,
            [
                .id(id), .id(sender), .id(receiver), .optional(message), .integer(FriendLimits.friends),
                .json(jobs.json),
            ])
        guard var row = rows.first else { throw .unexpectedResult("a friend request has no outcome") }
        try events.take(&row)
        let outcome = try row.text()
        guard let made = try row.optionalID(FriendshipID.self) else { return try Self.refusal(outcome) }
        let details = FriendOutcome.Made(
            id: made, other: receiver, createdAt: try row.timestamp(), updatedAt: try row.timestamp(),
            enqueued: try row.ids())
        return outcome == "accepted" ? .accepted(details) : .pending(details)
    }

    private static let request = Statement(
        "send_friend_request",
        """
        SELECT appended_events(), outcome, id, created_at, updated_at, to_jsonb(enqueued)
        FROM send_friend_request($1, $2, $3, $4, $5::integer, $6)
        """)

    /// Accepts a friend request.
    /// - Parameter provisional: Names the sender in the jobs.
    package func accept(
        _ id: FriendshipID, by user: UserID, from provisional: UserID, enqueuing jobs: FriendJobs
    ) async throws(PostgresError) -> FriendOutcome {
        let rows = try await database.write(
            Self.accept,
            [.id(id), .id(user), .integer(FriendLimits.friends), .id(provisional), .json(jobs.json)])
        guard var row = rows.first else { throw .unexpectedResult("a friend request has no outcome") }
        try events.take(&row)
        let outcome = try row.text()
        guard let friend = try row.optionalID(UserID.self) else { return try Self.refusal(outcome) }
        return .accepted(
            FriendOutcome.Made(
                id: id, other: friend, createdAt: try row.timestamp(), updatedAt: try row.timestamp(),
                enqueued: try row.ids()))
    }

    private static let accept = Statement(
        "accept_pending_request",
        """
        SELECT appended_events(), outcome, friend_id, created_at, updated_at, to_jsonb(enqueued)
        FROM accept_pending_request($1, $2, $3::integer, $4, $5)
        """)

    private static func refusal(_ outcome: String) throws(PostgresError) -> FriendOutcome {
        guard let code = DomainError.Code(rawValue: outcome) else {
            throw .unexpectedResult("\(outcome) is no outcome of a friend request")
        }
        return .refused(code)
    }

    /// Declines a friend request.
    /// - Returns: False if the receiver has no such request.
    package func decline(_ id: FriendshipID, by user: UserID) async throws(PostgresError) -> Bool {
        try await isDone(database.write(Self.decline, [.id(id), .id(user)]))
    }

    private static let decline = Statement(
        "decline_friend_request", "SELECT decline_friend_request($1, $2), appended_events()")

    /// Withdraws a friend request.
    /// - Returns: False if the sender has no such request.
    package func cancel(_ id: FriendshipID, by user: UserID) async throws(PostgresError) -> Bool {
        try await isDone(database.write(Self.cancel, [.id(id), .id(user)]))
    }

    private static let cancel = Statement(
        "cancel_friend_request", "SELECT cancel_friend_request($1, $2), appended_events()")

    /// Ends a friendship.
    /// - Returns: False if there was none.
    package func remove(_ friend: UserID, by user: UserID) async throws(PostgresError) -> Bool {
        try await isDone(database.write(Self.remove, [.id(user), .id(friend)]))
    }

    private static let remove = Statement("remove_friend", "SELECT remove_friend($1, $2), appended_events()")

    private func isDone(_ rows: Rows) throws(PostgresError) -> Bool {
        guard var row = rows.first else { return false }
        let isDone = try row.bool()
        try events.take(&row)
        return isDone
    }

    /// Ends some of the friendships of a deleted account.
    /// - Returns: How many ended; less than the limit if there are no more.
    package func removeSome(of user: UserID, limit: Int = 100) async throws(PostgresError) -> Int {
        guard var row = try await database.write(Self.removeSome, [.id(user), .integer(limit)]).first else { return 0 }
        let count = try row.int()
        try events.take(&row)
        return count
    }

    private static let removeSome = Statement(
        "remove_some_friends", "SELECT remove_some_friends($1, $2::integer), appended_events()")
}
