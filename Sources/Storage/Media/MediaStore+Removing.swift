package import Domain
package import Postgres

/// Deleting files.
extension MediaStore {
    /// What became of a deletion.
    package enum Deletion: Sendable, Equatable {
        case deleted
        /// There is no such file, or it is another user's.
        case notFound
        /// Something else belongs to it by now: read it again.
        case changed
    }

    /// Returns a file and what belongs to it: of a track its covers.
    package func belonging(to id: MediaID) async throws(PostgresError) -> [MediaID] {
        try await database.read(Self.belonging, [.id(id)]).mediaIDs()
    }

    private static let belonging = Statement(
        "files_belonging_to", "SELECT id FROM media WHERE id = $1 OR track_id = $1 ORDER BY id")

    /// Deletes a file with what belongs to it, counts it, enqueues the removal of the bytes and records the event.
    /// - Parameters:
    ///   - owner: The user whose file it must be; nil for any.
    ///   - files: What ``belonging(to:)`` returned.
    ///   - event: Recorded if it is a track.
    ///   - administrator: Who deletes the file of another user, for the audit log.
    package func delete(
        _ id: MediaID, of owner: UserID?, with files: [MediaID], enqueuing removal: OutboxJob,
        recording event: DomainEvent, by administrator: UserID? = nil
    ) async throws(PostgresError) -> Deletion {
        let values: [PostgresValue] = [
            .id(id), owner.map { .id($0) } ?? .null, .media(files), .json(removal.records), .json(event.record),
        ]
        let rows =
            if let administrator {
                try await database.write(Self.deleteOfOther, values + [.id(administrator)])
            } else {
                try await database.write(Self.delete, values)
            }
        guard var row = rows.first else { throw .unexpectedResult("a deletion has no outcome") }
        switch try row.optionalText() {
        case nil: return .deleted
        case "changed": return .changed
        default: return .notFound
        }
    }

    private static let delete = Statement("delete_media", "SELECT delete_media($1, $2, $3::uuid[], $4, $5)")

    private static let deleteOfOther = Statement(
        "delete_media_of_other", "SELECT delete_media_of_other($1, $2, $3::uuid[], $4, $5, $6)")

    /// Returns some files that failed more than a week ago, with what belongs to them, and their owner: as long its
    /// owner can read the reason.
    package func oldFailures(limit: Int = 200) async throws(PostgresError) -> [(owner: UserID, files: [MediaID])] {
        var found: [UserID: [MediaID]] = [:]
        for var row in try await database.read(Self.oldFailures, [.integer(limit)]) {
            found[try row.id(UserID.self), default: []].append(try row.id(MediaID.self))
        }
        return found.map { ($0.key, $0.value) }
    }

    private static let oldFailures = Statement(
        "old_failed_media",
        """
        SELECT user_id, media.id
        FROM (
            SELECT id FROM media WHERE state = 'failed' AND updated_at < now() - interval '7 days'
            ORDER BY updated_at LIMIT $1
        ) AS failed JOIN media ON media.id = failed.id OR media.track_id = failed.id
        """)

    /// Deletes files of a user, counts them and enqueues the removal of the bytes.
    package func remove(
        _ files: [MediaID], of owner: UserID, enqueuing removal: OutboxJob
    ) async throws(PostgresError) {
        _ = try await database.write(Self.remove, [.id(owner), .media(files), .json(removal.records)])
    }

    private static let remove = Statement("remove_media", "SELECT remove_media($1, $2::uuid[], $3)")
}
