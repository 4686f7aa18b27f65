/// How a handler's work and the end of its job belong together.
package enum Completion: Sendable {
    /// The statement that had the effect also removed the job's row (or found it gone). The strongest form.
    case recorded
    /// The effect was outside of PostgreSQL and carried the job's id; the engine removes the row now.
    case finished
}
