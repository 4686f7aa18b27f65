package import Domain
package import Postgres

/// The users whom texts of posts and comments mention. Loop-confined, like its database.
package struct MentionStore: Sendable {
    /// A text in which users may be mentioned.
    package struct Text: Sendable {
        package let author: UserID
        package let content: String
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns the text of a post or comment; nil if there is none.
    package func text(of id: Identifier, isComment: Bool) async throws(PostgresError) -> Text? {
        let statement = isComment ? Self.comment : Self.post
        guard var row = try await database.read(statement, [.uuid(id.high, id.low)]).first else { return nil }
        return Text(author: try row.id(UserID.self), content: try row.text())
    }

    private static let post = Statement("text_of_post", "SELECT author_id, content FROM posts WHERE id = $1")
    private static let comment = Statement("text_of_comment", "SELECT author_id, content FROM comments WHERE id = $1")

    /// Returns the active users with one of these names, and whether each is notified if a post or comment mentions
    /// them: those who see the post but its author, and those who are not notified of the comment anyway.
    /// - Parameters:
    ///   - names: In lower case.
    ///   - text: The post or comment.
    package func users(
        named names: [String], in text: Identifier
    ) async throws(PostgresError) -> [String: (user: UserID, isNotified: Bool)] {
        var users: [String: (user: UserID, isNotified: Bool)] = [:]
        let rows = try await database.read(Self.users, [.texts(names), .uuid(text.high, text.low)])
        for var row in rows {
            users[try row.text()] = (try row.id(UserID.self), try row.bool())
        }
        return users
    }

    private static let users = Statement(
        "mentioned_users",
        """
        SELECT lower(account.username), account.id,
               account.id <> given.author_id
               AND account.id IS DISTINCT FROM given.post_author_id AND account.id IS DISTINCT FROM given.parent_author_id
               AND EXISTS (SELECT FROM visible_posts(account.id) AS post WHERE post.id = given.post_id)
        FROM (
            SELECT author_id, id AS post_id, NULL::uuid AS post_author_id, NULL::uuid AS parent_author_id
            FROM posts WHERE id = $2
            UNION ALL
            SELECT author_id, post_id, (SELECT posts.author_id FROM posts WHERE posts.id = comments.post_id),
                   (SELECT parent.author_id FROM comments AS parent WHERE parent.id = comments.parent_id)
            FROM comments WHERE id = $2
        ) AS given
            CROSS JOIN unnest($1::text[]) AS wanted(name)
            CROSS JOIN LATERAL (
                SELECT id, username FROM accounts WHERE lower(username) = wanted.name AND is_active LIMIT 1
            ) AS account
        """)

    /// Makes these users the mentioned ones of a post or comment, unless its text was changed since it was read, and
    /// finishes the job; all in one statement.
    /// - Parameters:
    ///   - content: The text as it was read.
    ///   - kept: Users who stay mentioned if they are, and are not notified now.
    ///   - notices: The job that notifies each of the users.
    /// - Returns: The users whose jobs were enqueued: those who were not mentioned before.
    package func set(
        _ text: Identifier, _ content: String, enqueuing notices: [UserID: OutboxJob], keeping kept: [UserID],
        finishing job: JobID
    ) async throws(PostgresError) -> [UserID] {
        let rows = try await database.write(
            Self.set,
            [
                .id(job), .uuid(text.high, text.low), .text(content),
                .uuids(notices.keys.map { ($0.identifier.high, $0.identifier.low) }),
                // In the same order.
                .json(notices.values.records), .uuids(kept.map { ($0.identifier.high, $0.identifier.low) }),
            ])
        var added: [UserID] = []
        for var row in rows { added.append(try row.id(UserID.self)) }
        return added
    }

    private static let set = Statement("set_mentions", "SELECT set_mentions($1, $2, $3, $4, $5, $6)")
}
