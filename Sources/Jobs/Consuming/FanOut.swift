import Domain
package import Postgres

/// For a job that makes many others, in steps: each step writes some children and how far it came in one transaction, so
/// that a run that dies goes on where the last step ended and no child is made twice. The children belong to the job's
/// batch, if it has one.
package struct FanOut: Sendable {
    /// Where to go on; nil at the beginning.
    package private(set) var checkpoint: String?
    private let context: JobContext
    private let outbox: Outbox
    private let producer: Producer

    package init(_ context: JobContext, database: Database, producer: Producer) {
        checkpoint = context.checkpoint
        self.context = context
        outbox = Outbox(database)
        self.producer = producer
    }

    /// One step; a thousand children are a good number.
    /// - Parameter next: What ``checkpoint`` is from now on; another one for each step.
    /// - Throws: ``JobError/alreadyDone`` when another run is at it, ``JobTooLarge``, `PostgresError`.
    package mutating func step(_ jobs: [some Job], checkpoint next: String) async throws {
        let children = try jobs.map { try producer.outboxJob($0, trace: context.trace, in: context.batch) }
        guard try await outbox.step(context.id, from: checkpoint, to: next, children: children) else {
            throw JobError.alreadyDone
        }
        checkpoint = next
        for child in children { producer.push(child) }
    }
}
