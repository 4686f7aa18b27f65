package import Domain
package import Postgres

extension MediaStore {
    /// Which of these files have a row.
    package func existing(among media: Set<MediaID>) async throws(PostgresError) -> Set<MediaID> {
        let rows = try await database.read(
            Self.existing, [.uuids(media.map { ($0.identifier.high, $0.identifier.low) })])
        var found: Set<MediaID> = []
        for var row in rows { found.insert(try row.id(MediaID.self)) }
        return found
    }

    private static let existing = Statement("existing_media", "SELECT id FROM media WHERE id = ANY($1::uuid[])")
}
