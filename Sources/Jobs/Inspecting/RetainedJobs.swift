/// How many rows of a queue are kept in states that Redis does not know.
package struct RetainedJobs: Sendable {
    /// Dead, in a row; those of ``QueueOverview/graves`` come on top.
    package let dead: Int
    /// Waiting for their batches to end.
    package let waiting: Int

    package static let none = RetainedJobs(dead: 0, waiting: 0)
}
