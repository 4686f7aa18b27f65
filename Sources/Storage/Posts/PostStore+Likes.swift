package import Domain
package import Postgres

extension PostStore {
    /// A post and who likes it.
    package struct Like: Sendable, Hashable {
        package let post: PostID
        package let user: UserID

        package init(_ post: PostID, by user: UserID) {
            self.post = post
            self.user = user
        }
    }

    /// Writes likes in one statement, which locks each post once.
    /// - Returns: For each of them nil, or the refusal: `post_not_found`, `post_already_liked`, `token_invalid`. Of equal
    ///   ones the first counts.
    package func like(_ likes: [Like]) async throws(PostgresError) -> [DomainError.Code?] {
        // Half the work of the statement for several.
        if likes.count == 1 { return [try await refusal(Self.like, [.id(likes[0].post), .id(likes[0].user)])] }
        let rows = try await database.write(
            Self.likeAll,
            [
                .uuids(likes.map { ($0.post.identifier.high, $0.post.identifier.low) }),
                .uuids(likes.map { ($0.user.identifier.high, $0.user.identifier.low) }),
            ])
        var outcomes: [DomainError.Code?] = []
        for var row in rows { outcomes.append(try row.optionalText().map(Self.code)) }
        return outcomes
    }

    private static let like = Statement("like_post", "SELECT like_post($1, $2)")
    private static let likeAll = Statement("like_posts", "SELECT like_posts($1, $2)")

    /// - Returns: Nil, or the refusal: `post_not_found`, `post_not_liked`.
    package func unlike(_ post: PostID, by user: UserID) async throws(PostgresError) -> DomainError.Code? {
        try await refusal(Self.unlike, [.id(post), .id(user)])
    }

    private static let unlike = Statement("unlike_post", "SELECT unlike_post($1, $2)")
}
