package import Domain
package import Postgres

/// The browsers that receive Web Push. Loop-confined, like its database.
package struct PushSubscriptions: Sendable {
    /// A browser's subscription, with the keys that pushes are encrypted for (RFC 8291).
    package struct Subscription: Sendable {
        package let id: SubscriptionID
        package let endpoint: String
        package let publicKey: [UInt8]
        package let secret: [UInt8]
        /// How many deliveries in a row the push service has refused.
        package let refusals: Int

        package init(
            id: SubscriptionID, endpoint: String, publicKey: [UInt8], secret: [UInt8], refusals: Int = 0
        ) {
            self.id = id
            self.endpoint = endpoint
            self.publicKey = publicKey
            self.secret = secret
            self.refusals = refusals
        }
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Adds a subscription. A browser belongs to the user who subscribed last; a user keeps the ten newest.
    /// - Returns: Nil if the user's account is closed.
    package func add(_ new: Subscription, of user: UserID) async throws(PostgresError) -> SubscriptionID? {
        let rows = try await database.write(
            Self.add, [.id(new.id), .id(user), .text(new.endpoint), .bytes(new.publicKey), .bytes(new.secret)])
        guard var row = rows.first else { return nil }
        return try row.id(SubscriptionID.self)
    }

    private static let add = Statement(
        "add_push_subscription",
        """
        WITH old AS (
            DELETE FROM push_subscriptions
            WHERE id IN (SELECT id FROM push_subscriptions WHERE user_id = $2 ORDER BY created_at DESC OFFSET 9)
              AND endpoint <> $3
        )
        INSERT INTO push_subscriptions (id, user_id, endpoint, public_key, secret)
        SELECT $1, account.id, $3, $4, $5
        FROM (SELECT id FROM accounts WHERE id = $2 AND is_active FOR KEY SHARE) AS account
        ON CONFLICT ON CONSTRAINT push_subscriptions_once DO UPDATE
        SET user_id = excluded.user_id, public_key = excluded.public_key, secret = excluded.secret, refusals = 0,
            created_at = now()
        RETURNING id
        """)

    /// - Returns: False if the user has no such subscription.
    package func remove(_ id: SubscriptionID, of user: UserID) async throws(PostgresError) -> Bool {
        try await database.write(Self.removeOwn, [.id(id), .id(user)]).affected > 0
    }

    private static let removeOwn = Statement(
        "remove_push_subscription", "DELETE FROM push_subscriptions WHERE id = $1 AND user_id = $2")

    /// Removes the subscription of a browser that no longer exists.
    package func remove(_ id: SubscriptionID) async throws(PostgresError) {
        _ = try await database.write(Self.remove, [.id(id)])
    }

    private static let remove = Statement("drop_push_subscription", "DELETE FROM push_subscriptions WHERE id = $1")

    /// Counts a delivery that the push service refused.
    /// - Returns: How many it has refused in a row; nil if there is no such subscription any more.
    package func recordRefusal(_ id: SubscriptionID) async throws(PostgresError) -> Int? {
        guard var row = try await database.write(Self.recordRefusal, [.id(id)]).first else { return nil }
        return try row.int()
    }

    private static let recordRefusal = Statement(
        "refused_push_subscription",
        "UPDATE push_subscriptions SET refusals = refusals + 1 WHERE id = $1 RETURNING refusals")

    /// Forgets the refusals before a delivery that the push service accepted.
    package func recordAcceptance(_ id: SubscriptionID) async throws(PostgresError) {
        _ = try await database.write(Self.recordAcceptance, [.id(id)])
    }

    private static let recordAcceptance = Statement(
        "accepted_push_subscription", "UPDATE push_subscriptions SET refusals = 0 WHERE id = $1")

    package func list(of user: UserID) async throws(PostgresError) -> [Subscription] {
        var subscriptions: [Subscription] = []
        for var row in try await database.read(Self.list, [.id(user)]) {
            subscriptions.append(
                Subscription(
                    id: try row.id(SubscriptionID.self), endpoint: try row.text(), publicKey: try row.bytes(),
                    secret: try row.bytes(), refusals: try row.int()))
        }
        return subscriptions
    }

    private static let list = Statement(
        "push_subscriptions",
        """
        SELECT id, endpoint, public_key, secret, refusals FROM push_subscriptions
        WHERE user_id = $1 ORDER BY created_at LIMIT 10
        """)
}
