import Jobs
import Storage

/// Handles ``IndexPost``. It reads the post while the post is locked, so a run that is late or repeated writes the
/// same.
struct IndexPostHandler: Sendable {
    let search: PostSearch

    @Sendable func run(_ job: IndexPost, _ context: JobContext) async throws -> Completion {
        try await search.index(job.post, finishing: context.id)
        return .recorded
    }
}
