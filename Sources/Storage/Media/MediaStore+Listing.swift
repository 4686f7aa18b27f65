package import Domain
package import Postgres

extension MediaStore {
    /// Which files of a user are listed.
    package enum Selection: Sendable {
        case tracks
        /// Every file whose media type is one of audio.
        case recordings
    }

    /// Returns the files of a user that can be used, the newest first; at most a thousand.
    package func files(of user: UserID, _ selection: Selection) async throws(PostgresError) -> [MediaFile] {
        var files: [MediaFile] = []
        for var row in try await database.read(selection == .tracks ? Self.tracks : Self.recordings, [.id(user)]) {
            files.append(try MediaFile(&row))
        }
        return files
    }

    private static let tracks = Statement(
        "tracks_of_user",
        """
        SELECT id, user_id, purpose, original_name, file_name, mime_type, format, byte_count, state, failure,
               metadata, title, track_id, cover_id, created_at, updated_at, is_owner_active
        FROM media_entries
        WHERE user_id = $1 AND purpose = 'track' AND state <> 'failed' AND is_owner_active
        ORDER BY created_at DESC, id DESC LIMIT 1000
        """)

    private static let recordings = Statement(
        "recordings_of_user",
        """
        SELECT id, user_id, purpose, original_name, file_name, mime_type, format, byte_count, state, failure,
               metadata, title, track_id, cover_id, created_at, updated_at, is_owner_active
        FROM media_entries
        WHERE user_id = $1 AND purpose IN ('track', 'other') AND mime_type LIKE 'audio/%' AND state <> 'failed'
          AND is_owner_active
        ORDER BY created_at DESC, id DESC LIMIT 1000
        """)

    /// Returns a file if a viewer may read it: nil for a file of an account that is not active, and for a track, cover
    /// or other file of a private profile whose details the viewer does not see (S1-66). Its avatar stays public.
    /// - Parameter viewer: Nil for a reader without a login.
    package func find(_ id: MediaID, for viewer: UserID?) async throws(PostgresError) -> MediaFile? {
        guard
            var row = try await database.read(
                Self.findForViewer, [.id(id), viewer.map { .id($0) } ?? .null]
            ).first
        else { return nil }
        return try MediaFile(&row)
    }

    private static let findForViewer = Statement(
        "find_media_for_viewer",
        """
        SELECT entry.id, entry.user_id, purpose, original_name, file_name, mime_type, format, byte_count, state, failure,
               metadata, title, track_id, cover_id, entry.created_at, entry.updated_at, is_owner_active
        FROM media_entries AS entry JOIN profiles ON profiles.user_id = entry.user_id
        WHERE entry.id = $1 AND is_owner_active
          AND (purpose = 'avatar' OR sees_details($2, entry.user_id, is_private))
        """)
}
