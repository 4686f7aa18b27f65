import Domain
package import Postgres

/// A job that enqueues many others, in steps: each step commits some children together with a checkpoint, so that a run
/// that dies continues after the last step and no child is enqueued twice. The children join the job's batch, if it has
/// one.
package struct FanOut: Sendable {
    /// Where to continue; nil at the beginning.
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

    /// Runs one step; a thousand children are a good number.
    /// - Parameter next: The new ``checkpoint``; another one for each step.
    /// - Throws: ``JobError/alreadyDone`` if another run has taken over, ``JobTooLarge``, `PostgresError`.
    package mutating func step(_ jobs: [some Job], checkpoint next: String) async throws {
        let children = try jobs.map { try producer.outboxJob($0, trace: context.trace, in: context.batch) }
        guard try await outbox.step(context.id, from: checkpoint, to: next, children: children) else {
            throw JobError.alreadyDone
        }
        checkpoint = next
        for child in children { producer.push(child) }
    }
}

extension Outbox {
    /// Commits one step of a job: its children and its new checkpoint, in one transaction.
    /// - Returns: False if the job is no longer at the checkpoint `last`: another run has taken over, or it has ended.
    fileprivate func step(
        _ job: JobID, from last: String?, to next: String, children: [OutboxJob]
    ) async throws(PostgresError) -> Bool {
        let rows = try await database.write(
            Self.step,
            [.id(job), last.map { .text($0) } ?? .null, .text(next), .json(children.records)])
        return rows.count == 1
    }

    private static let step = Statement(
        "outbox_step",
        """
        WITH step AS (
            UPDATE outbox SET checkpoint = $3
            WHERE id = $1 AND coalesce(state) = 'queued' AND checkpoint IS NOT DISTINCT FROM $2
            RETURNING id
        ), children AS (
            INSERT INTO outbox SELECT job.* FROM outbox_rows($4) AS job, step
        )
        SELECT id FROM step
        """)
}
