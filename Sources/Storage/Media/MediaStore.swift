package import Chassis
package import Domain
package import Postgres

/// Stores uploaded files. Loop-confined, like its database.
package struct MediaStore: Sendable {
    let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Inserts the row, counts it and enqueues the job in one statement.
    /// - Returns: When it was stored; nil, and nothing is written, if the owner's account is closed.
    package func add(_ media: NewMedia, enqueuing job: OutboxJob) async throws(PostgresError) -> Timestamp? {
        let rows = try await database.write(
            Self.add,
            [
                .id(media.id), .id(media.owner), .text(media.purpose.rawValue), .text(media.originalName),
                .text(media.fileName), .text(media.mimeType), .text(media.format), .integer(media.byteCount),
                .bytes(media.sha256), .json(job.records),
            ])
        guard var row = rows.first else { return nil }
        return try row.timestamp()
    }

    private static let add = Statement(
        "add_media",
        """
        WITH owner AS (
            -- A deletion of the account waits for this row, or has closed the account.
            SELECT id FROM accounts WHERE id = $2 AND is_active FOR KEY SHARE
        ), added AS (
            INSERT INTO media
                (id, user_id, purpose, original_name, file_name, mime_type, format, byte_count, sha256)
            SELECT $1, id, $3, $4, $5, $6, $7, $8, $9 FROM owner
            RETURNING created_at
        ), counted AS (
            UPDATE profiles SET media_count = media_count + 1, media_bytes = media_bytes + $8
            FROM owner
            WHERE user_id = owner.id
        ), enqueued AS (
            INSERT INTO outbox SELECT job.* FROM owner, outbox_rows($10) AS job
        )
        SELECT created_at FROM added
        """)

    /// Returns nil if there is no such file.
    package func find(_ id: MediaID) async throws(PostgresError) -> MediaFile? {
        let rows = try await database.read(Self.find, [.id(id)])
        guard !rows.isEmpty else { return nil }
        var row = rows[0]
        return MediaFile(
            id: try row.id(MediaID.self), owner: try row.id(UserID.self), purpose: try row.word(MediaPurpose.self),
            originalName: try row.text(), fileName: try row.text(), mimeType: try row.text(), format: try row.text(),
            byteCount: try row.int(), state: try row.word(MediaState.self), failure: try row.optionalText(),
            width: try row.optionalInt(), height: try row.optionalInt(), createdAt: try row.timestamp(),
            updatedAt: try row.timestamp())
    }

    private static let find = Statement(
        "find_media",
        """
        SELECT id, user_id, purpose, original_name, file_name, mime_type, format, byte_count, state, failure,
               width, height, created_at, updated_at
        FROM media
        WHERE id = $1
        """)

    /// Returns the current avatar of a user; nil without one, and for an account that is not active.
    package func avatar(of user: UserID) async throws(PostgresError) -> MediaID? {
        let rows = try await database.read(Self.avatar, [.id(user)])
        guard !rows.isEmpty else { return nil }
        var row = rows[0]
        return try row.optionalID(MediaID.self)
    }

    private static let avatar = Statement(
        "avatar_of_user",
        """
        SELECT avatar_media_id FROM profiles JOIN accounts ON accounts.id = user_id WHERE user_id = $1 AND is_active
        """)
}

extension MediaStore {
    /// Returns which of these files have a row.
    package func existing(among media: Set<MediaID>) async throws(PostgresError) -> Set<MediaID> {
        let rows = try await database.read(
            Self.existing, [.uuids(media.map { ($0.identifier.high, $0.identifier.low) })])
        var found: Set<MediaID> = []
        for var row in rows { found.insert(try row.id(MediaID.self)) }
        return found
    }

    private static let existing = Statement("existing_media", "SELECT id FROM media WHERE id = ANY($1::uuid[])")
}
