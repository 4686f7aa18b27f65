import Domain
import Jobs
import Postgres
import Storage

/// Handles ``IndexPosts``, ``IndexMessages`` and ``CountHashtags``, some posts, messages and tags at a time.
struct SearchHandlers: Sendable {
    let search: PostSearch
    let hashtags: HashtagStore
    let messages: MessageStore
    let database: Database
    let producer: Producer

    /// Each step is committed with its position, so that a run that dies continues there.
    @Sendable func indexPosts(_ job: IndexPosts, _ context: JobContext) async throws -> Completion {
        var fan = FanOut(context, database: database, producer: producer)
        var last = fan.checkpoint.flatMap { PostID($0) }
        var steps = 0
        while let next = try await search.indexSome(before: last) {
            try Task.checkCancellation()
            last = next
            steps += 1
            // A step that is repeated finds its posts indexed.
            guard steps.isMultiple(of: 20) else { continue }
            try await fan.step([IndexPost](), checkpoint: next.description)
            context.report("posts before \(next)")
        }
        return .finished
    }

    /// A run that dies begins again, and passes what is indexed.
    @Sendable func indexMessages(_ job: IndexMessages, _ context: JobContext) async throws -> Completion {
        var last: MessageID?
        while let next = try await messages.indexSome(before: last) {
            try Task.checkCancellation()
            last = next
            context.report("messages before \(next)")
        }
        return .finished
    }

    @Sendable func countHashtags(_ job: CountHashtags, _ context: JobContext) async throws -> Completion {
        var last: String? = ""
        while let tag = last {
            try Task.checkCancellation()
            last = try await hashtags.recount(after: tag)
        }
        return .finished
    }
}
