import Features
import Jobs

/// Handles ``PublishDraft``. The statement that publishes the post also removes the row of the job.
struct PublishDraftHandler: Sendable {
    /// How often the post of a deactivated account is tried again.
    static let pause = Duration.seconds(3_600)

    let publication: PublishDrafts

    @Sendable func run(_ job: PublishDraft, _ context: JobContext) async throws -> Completion {
        switch try await publication.scheduled(job.post, of: job.author, trace: context.trace) {
        case .published: return .recorded
        case .gone: return .finished
        // PostgreSQL's clock decides; Redis readied the job by its own.
        case .early(let time): throw JobError.snooze(time)
        case .waiting: throw JobError.snooze(Self.pause)
        }
    }
}
