package import Chassis
package import Domain
package import Postgres

/// Stores uploaded files. Loop-confined, like its database.
package struct MediaStore: Sendable {
    let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// What became of a new file.
    package enum Added: Sendable, Equatable {
        /// Stored at that time, now or by an earlier call with the same id.
        /// - Parameter told: The activity of a new track, if its job was enqueued.
        case stored(Timestamp, told: ActivityID?)
        /// `token_invalid` for a closed account, `quota_exceeded`, `track_not_found`; nothing was written.
        case refused(DomainError.Code)
    }

    /// Inserts the row, counts it, enqueues the jobs and records activity and event in one statement.
    package func add(
        _ media: NewMedia, within quota: MediaQuota, enqueuing jobs: [OutboxJob],
        telling activity: NewActivity? = nil, recording event: DomainEvent? = nil
    ) async throws(PostgresError) -> Added {
        let rows = try await database.write(
            Self.add,
            [
                .json(media.record), .boolean(media.purpose == .cover && media.target == .newestTrack),
                .integer(quota.files), .integer(quota.bytes), .json(jobs.records),
                event.map { .json($0.record) } ?? .null, activity.map { .id($0.provisionalID) } ?? .null,
                activity.map { .json($0.push.records) } ?? .null,
            ])
        guard var row = rows.first else { throw .unexpectedResult("a new file has no outcome") }
        guard let refusal = try row.optionalText() else {
            return .stored(try row.timestamp(), told: try row.optionalID(ActivityID.self))
        }
        guard let code = DomainError.Code(rawValue: refusal) else {
            throw .unexpectedResult("\(refusal) is no outcome of a file")
        }
        return .refused(code)
    }

    private static let add = Statement(
        "add_media",
        """
        SELECT refusal, added_at, activity_id
        FROM add_media(jsonb_populate_record(NULL::media, $1::jsonb), $2, $3::integer, $4, $5, $6, $7, $8)
        """)

    /// Returns nil if there is no such file.
    package func find(_ id: MediaID) async throws(PostgresError) -> MediaFile? {
        let rows = try await database.read(Self.find, [.id(id)])
        guard !rows.isEmpty else { return nil }
        var row = rows[0]
        return try MediaFile(&row)
    }

    private static let find = Statement(
        "find_media",
        """
        SELECT id, user_id, purpose, original_name, file_name, mime_type, format, byte_count, state, failure,
               metadata, title, track_id, cover_id, created_at, updated_at, is_owner_active
        FROM media_entries
        WHERE id = $1
        """)

    /// Returns the current avatar of a user; nil without one, and for an account that is not active.
    package func avatar(of user: UserID) async throws(PostgresError) -> MediaID? {
        try await picture(Self.avatar, [.id(user)])
    }

    private static let avatar = Statement(
        "avatar_of_user",
        """
        SELECT avatar_media_id FROM profiles JOIN accounts ON accounts.id = user_id WHERE user_id = $1 AND is_active
        """)

    /// Returns the current cover of a track; nil without one, for what is no track, for an account that is not active,
    /// and for a private profile whose details the viewer does not see.
    package func cover(of track: MediaID, for viewer: UserID?) async throws(PostgresError) -> MediaID? {
        try await picture(Self.cover, [.id(track), viewer.map { .id($0) } ?? .null])
    }

    private static let cover = Statement(
        "cover_of_track",
        """
        SELECT cover_id
        FROM media JOIN accounts ON accounts.id = media.user_id JOIN profiles ON profiles.user_id = media.user_id
        WHERE media.id = $1 AND purpose = 'track' AND state <> 'failed' AND is_active
          AND sees_details($2, media.user_id, is_private)
        """)

    private func picture(_ statement: Statement, _ values: [PostgresValue]) async throws(PostgresError) -> MediaID? {
        let rows = try await database.read(statement, values)
        guard !rows.isEmpty else { return nil }
        var row = rows[0]
        return try row.optionalID(MediaID.self)
    }
}

extension MediaStore {
    /// Returns which of these files have a row and bytes.
    package func existing(among media: Set<MediaID>) async throws(PostgresError) -> Set<MediaID> {
        Set(try await database.read(Self.existing, [.media(media)]).mediaIDs())
    }

    private static let existing = Statement(
        "existing_media", "SELECT id FROM media WHERE id = ANY($1::uuid[]) AND state <> 'failed'")

    /// Returns which of these files are pictures of a user for posts and messages.
    package func pictures(
        among media: Set<MediaID>, of owner: UserID
    ) async throws(PostgresError) -> Set<MediaID> {
        Set(try await database.read(Self.pictures, [.media(media), .id(owner)]).mediaIDs())
    }

    private static let pictures = Statement(
        "existing_pictures",
        """
        SELECT id FROM media
        WHERE id = ANY($1::uuid[]) AND user_id = $2 AND purpose = 'picture' AND state <> 'failed'
        """)
}

extension PostgresValue {
    static func media(_ files: some Sequence<MediaID>) -> PostgresValue {
        .uuids(files.map { ($0.identifier.high, $0.identifier.low) })
    }
}

extension Rows {
    /// The files that a statement with one column returned.
    func mediaIDs() throws(PostgresError) -> [MediaID] {
        var files: [MediaID] = []
        for var row in self { files.append(try row.id(MediaID.self)) }
        return files
    }
}
