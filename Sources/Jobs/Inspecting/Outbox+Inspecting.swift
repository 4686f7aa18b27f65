import Domain
import Postgres

extension Outbox {
    /// A row that an operator has changed.
    struct Changed {
        let id: JobID
        let queue: String
        let batch: JobID?
    }

    /// Reads state and queue of the rows of these jobs; jobs without a row are left out.
    func states(of jobs: [JobID]) async throws(PostgresError) -> [JobID: (state: String, queue: String)] {
        var states: [JobID: (state: String, queue: String)] = [:]
        for var row in try await database.read(Self.states, [.ids(jobs)]) {
            states[JobID(try row.uuid())] = (try row.text(), try row.text())
        }
        return states
    }

    private static let states = Statement(
        "inspect_states", "SELECT id, state, queue FROM outbox WHERE id = ANY($1::uuid[])")

    /// Counts the rows of a queue in a state, and returns the server's time, before which a command's rows must have
    /// ended.
    func count(_ state: JobState, of queue: QueueName) async throws(PostgresError) -> (
        count: Int, before: PostgresValue
    ) {
        let statement = state.isEnd || state == .waiting ? Self.countKept : Self.countQueued
        let values: [PostgresValue] = [
            .text(queue.rawValue),
            state.isEnd || state == .waiting ? .text(state.rawValue) : .boolean(state == .delayed),
        ]
        guard var row = try await database.read(statement, values).first else { return (0, .null) }
        return (try row.int(), .timestamp(try row.timestamp()))
    }

    private static let countKept = Statement(
        "inspect_count_kept", "SELECT count(*), now() FROM outbox WHERE queue = $1 AND state = $2")
    private static let countQueued = Statement(
        "inspect_count_queued",
        "SELECT count(*), now() FROM outbox WHERE queue = $1 AND state = 'queued' AND (run_at > now()) = $2")

    static func changed(_ rows: Rows) throws(PostgresError) -> [Changed] {
        var changed: [Changed] = []
        for var row in rows {
            changed.append(
                Changed(
                    id: JobID(try row.uuid()), queue: try row.text(),
                    batch: try row.optionalUUID().map { JobID($0) }))
        }
        return changed
    }
}
