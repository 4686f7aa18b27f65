package import Domain
package import Postgres
package import Storage

extension PostStore {
    /// Publishes one post.
    package func create(
        _ draft: PostDraft, by author: UserID, enqueuing jobs: [OutboxJob], as provisional: PostID,
        under key: RequestKey? = nil
    ) async throws(PostgresError) -> Creation<PostID> {
        let outcomes = try await create([New(draft, by: author, enqueuing: jobs, as: provisional, under: key)])
        guard let outcome = outcomes.first else { throw .unexpectedResult("a post has no outcome") }
        return outcome.creation
    }
}
