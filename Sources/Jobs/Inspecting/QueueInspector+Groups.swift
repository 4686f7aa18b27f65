package import Chassis
import Domain
import Postgres
import Redis

/// The dead jobs of one queue and kind that failed for one cause.
package struct DeadJobGroup: Sendable {
    /// The name by which a command selects the group: the same for the same queue, kind and cause.
    package let name: String
    package let queue: String
    package let kind: String
    /// The error without ids, addresses and long numbers.
    package let cause: String
    package fileprivate(set) var count: Int
    /// When the newest of them ended.
    package fileprivate(set) var newest: Timestamp
    /// The id of the newest.
    package fileprivate(set) var example: String
}

extension QueueInspector {
    /// The most dead letters without a row that Redis keeps of a queue.
    private static let deadLetterLimit = 10_000

    /// Groups the dead jobs of queues by kind and cause; the largest groups first.
    /// - Parameter limit: How many groups are returned.
    package func deadGroups(
        of queues: [QueueName] = QueueName.allCases, limit: Int = 1_000
    ) async throws -> [DeadJobGroup] {
        var groups: [DeadJobGroup] = []
        for var row in try await outbox.database.read(Self.groups, [.texts(queues.map(\.rawValue))]) {
            groups.append(
                DeadJobGroup(
                    name: try row.text(), queue: try row.text(), kind: try row.text(), cause: try row.text(),
                    count: try row.int(), newest: try row.timestamp(), example: JobID(try row.uuid()).description))
        }
        for queue in queues {
            for (letter, _, name, cause) in try await deadLetters(of: queue) {
                if let index = groups.firstIndex(where: { $0.name == name }) {
                    groups[index].count += 1
                    if letter.time > groups[index].newest {
                        (groups[index].newest, groups[index].example) = (letter.time, letter.id)
                    }
                } else {
                    groups.append(
                        DeadJobGroup(
                            name: name, queue: queue.rawValue, kind: letter.kind, cause: cause, count: 1,
                            newest: letter.time, example: letter.id))
                }
            }
        }
        return Array(groups.sorted { ($0.count, $0.newest) > ($1.count, $1.newest) }.prefix(limit))
    }

    /// Queues the dead jobs of a group again.
    /// - Parameter progress: Called with the number of queued jobs, and the total.
    /// - Returns: Queue and number of the queued jobs; nil if there is no such group.
    package func retryGroup(
        _ name: String, progress: (Int, Int) -> Void = { _, _ in }
    ) async throws -> (queue: QueueName, count: Int)? {
        guard let (group, queue) = try await group(name) else { return nil }
        var count = try await retryRows(of: queue, .dead, group: name) { progress($0, group.count) }
        let envelopes = try await deadLetters(of: queue).filter { $0.group == name }.compactMap { $0.envelope }
        for start in stride(from: 0, to: envelopes.count, by: Self.step) {
            count += try await retry(
                Array(envelopes[start..<min(start + Self.step, envelopes.count)]), of: queue)
            progress(count, group.count)
        }
        return (queue, count)
    }

    /// Deletes the dead jobs of a group.
    /// - Parameter progress: Called with the number of deleted jobs, and the total.
    /// - Returns: Queue and number of the deleted jobs; nil if there is no such group.
    package func deleteGroup(
        _ name: String, progress: (Int, Int) -> Void = { _, _ in }
    ) async throws -> (queue: QueueName, count: Int)? {
        guard let (group, queue) = try await group(name) else { return nil }
        var count = try await deleteRows(of: queue, .dead, group: name) { progress($0, group.count) }
        let names = try await deadLetters(of: queue).filter { $0.group == name }.map { $0.letter.id }
        for start in stride(from: 0, to: names.count, by: Self.step) {
            count += try await removeDeadLetters(
                Array(names[start..<min(start + Self.step, names.count)]), of: queue)
            progress(count, group.count)
        }
        return (queue, count)
    }

    private func group(_ name: String) async throws -> (DeadJobGroup, QueueName)? {
        guard let group = try await deadGroups().first(where: { $0.name == name }),
            let queue = QueueName(rawValue: group.queue)
        else { return nil }
        return (group, queue)
    }

    /// Returns the dead letters of a queue without a row, each with its group.
    private func deadLetters(
        of queue: QueueName
    ) async throws -> [(letter: JobSummary, envelope: Envelope?, group: String, cause: String)] {
        let reply = try await redis.run(
            QueueScripts.list, of: keys(queue), ["dead", RedisArgument(Self.deadLetterLimit), "oldest"])
        let values = reply.array ?? []
        let letters = stride(from: 0, to: values.count - 3, by: 4).map { index in
            (JobSummary(queue, .dead, values[index..<index + 4]), DeadLetter(values[index + 1].bytes ?? [])?.envelope)
        }
        guard !letters.isEmpty else { return [] }
        let rows = try await outbox.database.read(
            Self.causes,
            [
                .text(queue.rawValue), .texts(letters.map { $0.0.kind }),
                .texts(letters.map { Self.storable($0.0.error ?? "") }),
            ])
        return try zip(letters, rows).map { letter, row in
            var row = row
            return (letter.0, letter.1, try row.text(), try row.text())
        }
    }

    /// PostgreSQL stores no NUL.
    private static func storable(_ text: String) -> String { text.filter { $0 != "\0" } }

    private static let groups = Statement(
        "inspect_dead_groups",
        """
        SELECT job_group(queue, kind, error), queue, kind, job_cause(error) AS cause, count(*),
               max(coalesce(ended_at, created_at)),
               (array_agg(id ORDER BY coalesce(ended_at, created_at) DESC))[1]
        FROM outbox
        WHERE state = 'dead' AND queue = ANY($1::text[])
        GROUP BY 1, 2, 3, 4
        """)
    private static let causes = Statement(
        "inspect_causes",
        """
        SELECT job_group($1, kind, error), job_cause(error)
        FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS letter(kind, error, place)
        ORDER BY place
        """)
}
