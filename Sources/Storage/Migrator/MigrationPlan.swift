/// What ``Migrator/migrate(_:)`` would do.
package struct MigrationPlan: Equatable, Sendable, CustomStringConvertible {
    /// The steps that are still to run, in order.
    package let pending: [Migration]

    package var description: String {
        guard !pending.isEmpty else { return "Nothing to do: the schema is up to date." }
        return pending.map { "-- \($0.name) (\($0.checksum))\n\($0.sql)" }.joined(separator: "\n")
    }
}
