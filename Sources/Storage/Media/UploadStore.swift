package import Chassis
package import Domain
package import Postgres

/// Stores uploads that are not complete. Loop-confined, like its database.
package struct UploadStore: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// What became of a new upload.
    package enum Created: Sendable, Equatable {
        /// It expires then.
        case created(Timestamp)
        /// `token_invalid` for a closed account, `too_many_uploads`, `quota_exceeded`, `track_not_found`.
        case refused(DomainError.Code)
    }

    /// Begins an upload.
    /// - Parameters:
    ///   - seconds: How long it is kept without a further byte.
    ///   - count: How many of them a user may have.
    ///   - quota: Of the user's files together with these uploads.
    package func create(
        _ upload: Upload, lifetime seconds: Int, atMost count: Int, within quota: MediaQuota
    ) async throws(PostgresError) -> Created {
        let rows = try await database.write(
            Self.create,
            [
                .json(upload.record), .integer(seconds), .integer(count), .integer(quota.files),
                .integer(quota.bytes),
            ])
        guard var row = rows.first else { throw .unexpectedResult("a new upload has no outcome") }
        guard let refusal = try row.optionalText() else { return .created(try row.timestamp()) }
        return .refused(try Self.code(refusal))
    }

    private static let create = Statement(
        "create_upload",
        """
        SELECT refusal, expiry
        FROM create_upload(jsonb_populate_record(NULL::uploads, $1::jsonb), $2::integer, $3::integer, $4::integer, $5)
        """)

    private static func code(_ refusal: String) throws(PostgresError) -> DomainError.Code {
        guard let code = DomainError.Code(rawValue: refusal) else {
            throw .unexpectedResult("\(refusal) is no outcome of an upload")
        }
        return code
    }

    /// Returns nil if there is no such upload: it is complete, was removed, or never existed.
    package func find(_ id: MediaID) async throws(PostgresError) -> Upload? {
        guard var row = try await database.read(Self.find, [.id(id)]).first else { return nil }
        return try Upload(id, &row)
    }

    private static let find = Statement(
        "find_upload",
        """
        SELECT user_id, purpose, original_name, track_id, is_profile_cover, metadata, uploads.byte_count, received,
               expires_at, expires_at <= now(), last.id, last.start, last.byte_count
        FROM uploads
            LEFT JOIN LATERAL (
                SELECT id, start, byte_count FROM upload_chunks WHERE upload_id = uploads.id
                ORDER BY start DESC LIMIT 1
            ) AS last ON true
        WHERE uploads.id = $1
        """)

    /// Adds chunks whose bytes are stored.
    /// - Parameters:
    ///   - received: What the upload must have received until now.
    ///   - replaced: The last chunk, whose bytes the first of the new ones repeats.
    ///   - seconds: How long the upload is kept without a further byte.
    /// - Returns: When the upload expires; nil, and nothing happens, if another request has added bytes meanwhile, or
    ///   the upload is gone or has expired.
    package func add(
        _ chunks: [UploadChunk], to id: MediaID, behind received: Int, replacing replaced: UploadChunk?,
        lifetime seconds: Int
    ) async throws(PostgresError) -> Timestamp? {
        var writer = JSONWriter()
        writer.array(of: chunks) { list, chunk in
            list.object { object in
                object.member("id", chunk.id.description)
                object.member("start", chunk.start)
                object.member("byte_count", chunk.byteCount)
            }
        }
        let rows = try await database.write(
            Self.addChunks,
            [
                .id(id), .integer(received), replaced.map { .id($0.id) } ?? .null, .json(writer.bytes),
                .integer(chunks.last?.end ?? received), .integer(seconds),
            ])
        guard var row = rows.first else { throw .unexpectedResult("chunks have no outcome") }
        return try row.optionalTimestamp()
    }

    private static let addChunks = Statement(
        "add_upload_chunks", "SELECT add_upload_chunks($1, $2, $3, $4, $5, $6::integer)")

    /// Returns the chunks of an upload, in the order of the file.
    package func chunks(of id: MediaID) async throws(PostgresError) -> [UploadChunk] {
        var chunks: [UploadChunk] = []
        for var row in try await database.read(Self.chunks, [.id(id)]) { chunks.append(try UploadChunk(&row)) }
        return chunks
    }

    private static let chunks = Statement(
        "chunks_of_upload", "SELECT id, start, byte_count FROM upload_chunks WHERE upload_id = $1 ORDER BY start")

    // MARK: The end

    /// Gives the caller alone the task to make the file of an upload that has all bytes, for a while.
    /// - Returns: False if another one has it, or the upload is gone.
    package func beginFinishing(_ id: MediaID, for lease: Int, lifetime: Int) async throws(PostgresError) -> Bool {
        try await database.write(Self.beginFinishing, [.id(id), .integer(lease), .integer(lifetime)]).affected > 0
    }

    private static let beginFinishing = Statement(
        "begin_finishing_upload",
        """
        UPDATE uploads
        SET finishing_until = now() + $2::integer * interval '1 second',
            expires_at = now() + $3::integer * interval '1 second'
        WHERE id = $1 AND received = byte_count AND (finishing_until <= now()) IS NOT FALSE
        """)

    /// Extends the time for making the file; zero gives the task back.
    package func extendFinishing(_ id: MediaID, for lease: Int) async throws(PostgresError) {
        _ = try await database.write(Self.extendFinishing, [.id(id), .integer(lease)])
    }

    private static let extendFinishing = Statement(
        "extend_finishing_upload",
        "UPDATE uploads SET finishing_until = now() + $2::integer * interval '1 second' WHERE id = $1")

    // MARK: Removing

    /// Removes an upload of a user, and enqueues the deletion of its chunks.
    /// - Returns: Nil, or `upload_not_found`, or `upload_locked` while its file is made.
    package func remove(
        _ id: MediaID, of owner: UserID, enqueuing removal: OutboxJob
    ) async throws(PostgresError) -> DomainError.Code? {
        let rows = try await database.write(Self.remove, [.id(id), .id(owner), .json(removal.records)])
        guard var row = rows.first else { throw .unexpectedResult("the end of an upload has no outcome") }
        return try row.optionalText().map { refusal throws(PostgresError) in try Self.code(refusal) }
    }

    private static let remove = Statement("remove_upload", "SELECT remove_upload($1, $2, $3)")

    /// Returns some of the expired uploads.
    package func expired(limit: Int = 200) async throws(PostgresError) -> [MediaID] {
        try await database.read(Self.expired, [.integer(limit)]).mediaIDs()
    }

    private static let expired = Statement(
        "expired_uploads", "SELECT id FROM uploads WHERE expires_at <= now() ORDER BY expires_at LIMIT $1")

    /// Returns some of the uploads of a deleted account.
    package func ofDeleted(_ user: UserID, limit: Int = 200) async throws(PostgresError) -> [MediaID] {
        try await database.read(Self.ofDeleted, [.id(user), .integer(limit)]).mediaIDs()
    }

    private static let ofDeleted = Statement(
        "uploads_of_deleted_account",
        """
        SELECT uploads.id FROM uploads JOIN accounts ON accounts.id = user_id
        WHERE user_id = $1 AND deleted_at IS NOT NULL
        ORDER BY uploads.id LIMIT $2
        """)

    /// Removes those of these uploads that have expired, or all of a deleted account, and enqueues the deletion of
    /// their chunks.
    /// - Parameter owner: The deleted account.
    /// - Returns: How many were removed.
    package func remove(
        _ uploads: [MediaID], ofDeleted owner: UserID? = nil, enqueuing removal: OutboxJob
    ) async throws(PostgresError) -> Int {
        let rows = try await database.write(
            Self.removeSome, [.media(uploads), owner.map { .id($0) } ?? .null, .json(removal.records)])
        guard var row = rows.first else { throw .unexpectedResult("removed uploads have no number") }
        return try row.int()
    }

    private static let removeSome = Statement("remove_uploads", "SELECT remove_uploads($1::uuid[], $2, $3)")

    /// Returns which of these uploads are not complete.
    package func existing(among uploads: Set<MediaID>) async throws(PostgresError) -> Set<MediaID> {
        Set(try await database.read(Self.existing, [.media(uploads)]).mediaIDs())
    }

    private static let existing = Statement("existing_uploads", "SELECT id FROM uploads WHERE id = ANY($1::uuid[])")
}
