package import Chassis
package import Domain
package import Postgres

/// A domain event as it is published.
package struct RecordedEvent: Sendable, Equatable {
    /// Counts up in the order of publication, the same at every destination.
    package let sequence: Int
    package let id: Identifier
    package let subject: UserID
    /// Such as `user.followed`; a later version of the program may have recorded one that this one does not know.
    package let kind: String
    /// A JSON object.
    package let data: [UInt8]
    package let recordedAt: Timestamp

    package init(
        sequence: Int, id: Identifier, subject: UserID, kind: String, data: [UInt8], recordedAt: Timestamp
    ) {
        self.sequence = sequence
        self.id = id
        self.subject = subject
        self.kind = kind
        self.data = data
        self.recordedAt = recordedAt
    }
}

/// Reads recorded domain events in the order of their publication, and stores how far each destination has them.
/// Loop-confined, like its database.
package struct EventStore: Sendable {
    /// What a publisher is to send.
    package enum Next: Sendable, Equatable {
        /// The destination has everything; the publisher no longer holds it.
        case nothing
        /// The publisher holds the destination, which has the events up to the number `reached`.
        case events([RecordedEvent], reached: Int)
        /// Another publisher holds the destination.
        case held
    }

    /// The events that a destination does not have yet.
    package struct Backlog: Sendable, Equatable {
        package let count: Int
        /// The age of the oldest, in seconds.
        package let oldestSeconds: Double

        package init(count: Int, oldestSeconds: Double) {
            self.count = count
            self.oldestSeconds = oldestSeconds
        }
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Adds the destinations that are new: they begin with new events, those of the first call ever with every event.
    /// To be repeated at least daily: a destination that has not been named for long is forgotten.
    package func use(_ destinations: [String]) async throws(PostgresError) {
        _ = try await database.write(Self.use, [.texts(destinations)])
    }

    private static let use = Statement("use_event_destinations", "SELECT use_event_destinations($1)")

    /// Records that a destination has the events up to a number, and returns the next ones, in order. Until the lease
    /// ends no other publisher gets any of the destination.
    /// - Parameter published: Nil for a publisher that begins.
    package func next(
        of destination: String, for publisher: Identifier, published: Int?, limit: Int, lease: Duration
    ) async throws(PostgresError) -> Next {
        let rows = try await database.write(
            Self.next,
            [
                .text(destination), .uuid(publisher.high, publisher.low), published.map { .integer($0) } ?? .null,
                .integer(limit), .integer(Int(lease.nanoseconds / 1_000_000)),
            ])
        var events: [RecordedEvent] = []
        events.reserveCapacity(rows.count)
        var reached = 0
        for var row in rows {
            guard let number = try row.optionalInt() else { return .held }
            reached = number
            let sequence = try row.int()
            let (high, low) = try row.uuid()
            events.append(
                RecordedEvent(
                    sequence: sequence, id: Identifier(high: high, low: low), subject: try row.id(UserID.self),
                    kind: try row.text(), data: try row.json(), recordedAt: try row.timestamp()))
        }
        return events.isEmpty ? .nothing : .events(events, reached: reached)
    }

    private static let next = Statement(
        "next_events",
        """
        SELECT reached, sequence, id, subject, kind, data, created_at
        FROM next_events($1, $2, $3, $4, $5 * interval '1 millisecond')
        """)

    /// Ends a publisher's hold of a destination; nothing happens if it holds it no longer.
    /// - Parameter reached: The number of the last event that the destination has; nil: as recorded.
    package func release(
        _ destination: String, by publisher: Identifier, reached: Int?
    ) async throws(PostgresError) {
        _ = try await database.write(
            Self.release,
            [.text(destination), .uuid(publisher.high, publisher.low), reached.map { .integer($0) } ?? .null])
    }

    private static let release = Statement(
        "release_event_destination",
        """
        UPDATE event_destinations SET held_until = '-infinity', sequence = coalesce($3, sequence)
        WHERE name = $1 AND holder = $2
        """)

    /// Returns how much each destination is behind.
    package func backlogs(of destinations: [String]) async throws(PostgresError) -> [String: Backlog] {
        var backlogs: [String: Backlog] = [:]
        for var row in try await database.read(Self.backlogs, [.texts(destinations)]) {
            backlogs[try row.text()] = Backlog(
                count: try row.int(), oldestSeconds: Double(try row.int()) / 1_000)
        }
        return backlogs
    }

    private static let backlogs = Statement(
        "event_backlogs", "SELECT name, pending, (oldest_seconds * 1000)::bigint FROM event_backlogs($1)")

    /// Deletes events that all destinations have, and that were recorded seven days ago or earlier.
    /// - Returns: How many were deleted; less than the limit if there are no more.
    package func prune(limit: Int = 1_000) async throws(PostgresError) -> Int {
        guard var row = try await database.write(Self.prune, [.integer(limit)]).first else { return 0 }
        return try row.int()
    }

    private static let prune = Statement("prune_events", "SELECT prune_events(interval '7 days', $1)")
}
