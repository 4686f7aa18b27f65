package import Domain
package import Postgres

/// The statements of workers. The effect and the end of the job are one statement: if another run has finished the job,
/// nothing happens.
extension MediaStore {
    /// Returns the avatars of the same owner that finishing this one may replace, and this one itself, which a newer
    /// one may have overtaken.
    package func replaceableAvatars(by id: MediaID) async throws(PostgresError) -> [MediaID] {
        var avatars: [MediaID] = []
        for var row in try await database.read(Self.replaceableAvatars, [.id(id)]) {
            avatars.append(try row.id(MediaID.self))
        }
        return avatars
    }

    private static let replaceableAvatars = Statement(
        "replaceable_avatars",
        """
        SELECT older.id
        FROM media
            JOIN media AS older ON older.user_id = media.user_id AND older.purpose = 'avatar'
                AND (older.created_at, older.id) <= (media.created_at, media.id)
        WHERE media.id = $1
        """)

    /// Makes a decoded avatar its owner's picture, unless a newer one is. The rows of replaced avatars are deleted, and
    /// the jobs that remove their files enqueued; the sweep pushes them.
    /// - Parameter removals: The job that removes the files of each of ``replaceableAvatars(by:)``.
    /// - Returns: False if another run finished the job, or the file is gone.
    package func finishAvatar(
        _ id: MediaID, width: Int, height: Int, job: JobID, enqueuing removals: [MediaID: OutboxJob]
    ) async throws(PostgresError) -> Bool {
        var records = Array("{".utf8)
        for (index, entry) in removals.enumerated() {
            if index > 0 { records.append(UInt8(ascii: ",")) }
            records += Array("\"\(entry.key)\":".utf8) + entry.value.record
        }
        records.append(UInt8(ascii: "}"))
        let rows = try await database.write(
            Self.finishAvatar, [.id(job), .id(id), .integer(width), .integer(height), .json(records)])
        return !rows.isEmpty
    }

    private static let finishAvatar = Statement(
        "finish_avatar",
        """
        WITH finished AS (
            SELECT finish_job($1) AS id
        ), owner AS (
            -- The lock serialises avatars of one user that are finished at the same moment.
            SELECT profiles.user_id, avatar_media_id AS shown, media.created_at,
                   EXISTS (
                       SELECT FROM media AS newer
                       WHERE newer.id = avatar_media_id AND (newer.created_at, newer.id) > (media.created_at, media.id)
                   ) AS is_overtaken
            FROM media JOIN profiles ON profiles.user_id = media.user_id
            WHERE media.id = $2 AND (SELECT id FROM finished) IS NOT NULL
            FOR UPDATE OF profiles
        ), ready AS (
            UPDATE media SET state = 'ready', width = $3, height = $4, updated_at = now()
            FROM owner
            WHERE media.id = $2 AND NOT is_overtaken
            RETURNING media.id
        ), replaced AS (
            -- Without a job that removes its files a row stays until the next avatar.
            DELETE FROM media
            USING owner
            WHERE media.user_id = owner.user_id AND media.purpose = 'avatar' AND $5::jsonb ? media.id::text
              AND CASE WHEN is_overtaken THEN media.id = $2
                       ELSE (media.created_at, media.id) < (owner.created_at, $2)
                           AND (media.id = owner.shown OR media.state <> 'pending') END
            RETURNING media.id, media.byte_count
        ), shown AS (
            UPDATE profiles
            SET avatar_media_id = coalesce((SELECT id FROM ready), avatar_media_id),
                -- An upload replaces the address of a picture elsewhere.
                avatar_url = CASE WHEN EXISTS (SELECT FROM ready) THEN NULL ELSE avatar_url END,
                media_count = media_count - (SELECT count(*) FROM replaced),
                media_bytes = media_bytes - (SELECT coalesce(sum(byte_count), 0) FROM replaced),
                updated_at = now()
            FROM owner
            WHERE profiles.user_id = owner.user_id
        ), enqueued AS (
            INSERT INTO outbox
            SELECT job.*
            FROM (SELECT jsonb_agg($5::jsonb -> id::text) AS jobs FROM replaced HAVING count(*) > 0) AS removal,
                 outbox_rows(removal.jobs) AS job
        )
        SELECT user_id FROM owner
        """)

    /// Marks a file as failed.
    /// - Parameter reason: For its owner.
    /// - Returns: False if another run finished the job.
    package func fail(_ id: MediaID, reason: String, job: JobID) async throws(PostgresError) -> Bool {
        let rows = try await database.write(Self.fail, [.id(job), .id(id), .text(reason)])
        return rows.affected > 0
    }

    private static let fail = Statement(
        "fail_media",
        """
        WITH finished AS (
            SELECT finish_job($1) AS id
        )
        UPDATE media SET state = 'failed', failure = $3, updated_at = now()
        WHERE id = $2 AND (SELECT id FROM finished) IS NOT NULL
        """)

    /// Marks a pending file as failed because its job is dead. The job's row stays for operators.
    /// - Parameter reason: For its owner.
    package func giveUp(_ id: MediaID, reason: String) async throws(PostgresError) {
        _ = try await database.write(Self.giveUp, [.id(id), .text(reason)])
    }

    private static let giveUp = Statement(
        "give_up_media",
        """
        UPDATE media SET state = 'failed', failure = $2, updated_at = now()
        WHERE id = $1 AND state = 'pending'
        """)
}
