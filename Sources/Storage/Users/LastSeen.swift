package import Chassis
package import Domain
package import Postgres

/// Stores when users were last seen, which outlives Redis. Loop-confined, like its database.
package struct LastSeen: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Records that a user is seen now, by PostgreSQL's clock: those of processes differ, and an older time is ignored.
    /// Does not wait for the disk: a crash of PostgreSQL's machine loses the times of its last second at most.
    /// - Returns: The recorded time; nil for an unknown user.
    package func writeNow(_ user: UserID) async throws(PostgresError) -> Timestamp? {
        guard var row = try await database.write(Self.writeNow, [.id(user)]).first else { return nil }
        return try row.timestamp()
    }

    private static let writeNow = Statement(
        "write_last_seen_now",
        """
        WITH commit AS MATERIALIZED (
            SELECT set_config('synchronous_commit', 'off', true)
        )
        UPDATE user_cards SET last_seen_at = greatest(last_seen_at, clock_timestamp())
        FROM commit
        WHERE user_id = $1
        RETURNING last_seen_at
        """)

    /// Records when users were last seen, in one statement. An older time than the recorded one changes nothing, so the
    /// same times may be written twice; unknown users are ignored.
    package func write(_ signs: [UserID: Timestamp]) async throws(PostgresError) {
        guard !signs.isEmpty else { return }
        let users = Array(signs.keys)
        _ = try await database.write(
            Self.write,
            [
                .uuids(users.map { ($0.identifier.high, $0.identifier.low) }),
                .texts(users.map { "\(signs[$0]?.unixMilliseconds ?? 0)" }),
            ])
    }

    /// The rows are locked in one order, so that two workers cannot wait for each other.
    private static let write = Statement(
        "write_last_seen",
        """
        WITH sign AS (
            SELECT account, to_timestamp(milliseconds::bigint / 1000.0) AS moment
            FROM unnest($1::uuid[], $2::text[]) AS sign(account, milliseconds)
        ), seen AS (
            SELECT user_id, sign.moment
            FROM user_cards JOIN sign ON sign.account = user_id
            ORDER BY user_id
            FOR NO KEY UPDATE OF user_cards
        )
        UPDATE user_cards SET last_seen_at = greatest(last_seen_at, seen.moment)
        FROM seen
        WHERE user_cards.user_id = seen.user_id AND last_seen_at IS DISTINCT FROM greatest(last_seen_at, seen.moment)
        """)
}

extension PostgresValue {
    /// A uuid.
    package static func id(_ id: some EntityID) -> PostgresValue {
        .uuid(id.identifier.high, id.identifier.low)
    }

    /// A text, or NULL.
    package static func optional(_ text: String?) -> PostgresValue {
        text.map { .text($0) } ?? .null
    }
}

extension Row {
    /// The next column, a uuid.
    package mutating func id<ID: EntityID>(_ type: ID.Type) throws(PostgresError) -> ID {
        let (high, low) = try uuid()
        return ID(Identifier(high: high, low: low))
    }

    /// The next column, a uuid or NULL.
    package mutating func optionalID<ID: EntityID>(_ type: ID.Type) throws(PostgresError) -> ID? {
        guard let (high, low) = try optionalUUID() else { return nil }
        return ID(Identifier(high: high, low: low))
    }

    /// The next column, a JSON array of uuids or NULL.
    package mutating func ids<ID: EntityID>() throws(PostgresError) -> Set<ID> {
        guard let json = try optionalJSON() else { return [] }
        let texts = String(decoding: json, as: UTF8.self).split { !$0.isHexDigit && $0 != "-" }
        return Set(texts.compactMap { ID(String($0)) })
    }

    /// The next column, the name of a case.
    package mutating func word<Word: RawRepresentable<String>>(_ type: Word.Type) throws(PostgresError) -> Word {
        let text = try text()
        guard let word = Word(rawValue: text) else { throw .unexpectedResult("\(text) is no \(Word.self)") }
        return word
    }
}
