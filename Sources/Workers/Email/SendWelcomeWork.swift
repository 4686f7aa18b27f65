import Chassis
import Jobs

/// Keeps the promise of ``SendWelcome``.
struct SendWelcomeWork: Sendable {
    let mailer: Mailer

    @Sendable func run(_ job: SendWelcome, _ context: JobContext) async throws -> Completion {
        try await mailer.send(.welcome(name: job.name), to: job.email, for: context)
        context.log.info("mail sent")
        return .finished
    }
}
