package import Domain
package import Postgres

/// How workers finish. The effect and the end of the job are one statement: when the job's row is gone already,
/// another run has done it, and nothing happens.
extension MediaStore {
    /// The avatar's variants exist: it becomes the owner's picture, unless a newer one is that already. What is replaced,
    /// or overtaken, goes, rows at once and files by a job of their own, which the sweep will bring to Redis.
    /// - Returns: False when another run of the job was first, or the file is gone.
    package func finishAvatar(
        _ id: MediaID, width: Int, height: Int, job: JobID, enqueuing removal: OutboxJob
    ) async throws(PostgresError) -> Bool {
        let rows = try await database.write(
            Self.finishAvatar,
            [
                .id(job), .id(id), .integer(width), .integer(height), .json(removal.record),
            ])
        return !rows.isEmpty
    }

    private static let finishAvatar = Statement(
        "finish_avatar",
        """
        WITH mine AS (
            SELECT finish_job($1) AS id
        ), owner AS (
            -- The lock puts pictures of one person that are finished at the same moment one after the other.
            SELECT profiles.user_id, avatar_media_id AS shown, coalesce(avatar_media_id > media.id, false) AS is_overtaken
            FROM mine, media JOIN profiles ON profiles.user_id = media.user_id
            WHERE media.id = $2 AND mine.id IS NOT NULL
            FOR UPDATE OF profiles
        ), ready AS (
            UPDATE media SET state = 'ready', width = $3, height = $4, updated_at = now()
            FROM owner
            WHERE media.id = $2 AND NOT is_overtaken
            RETURNING media.id
        ), replaced AS (
            DELETE FROM media
            USING owner
            WHERE media.user_id = owner.user_id AND media.purpose = 'avatar'
              AND CASE WHEN is_overtaken THEN media.id = $2
                       ELSE media.id < $2 AND (media.id = owner.shown OR media.state <> 'pending') END
            RETURNING media.id, media.byte_count
        ), shown AS (
            UPDATE profiles
            SET avatar_media_id = coalesce((SELECT id FROM ready), avatar_media_id),
                media_count = media_count - (SELECT count(*) FROM replaced),
                media_bytes = media_bytes - (SELECT coalesce(sum(byte_count), 0) FROM replaced),
                updated_at = now()
            FROM owner
            WHERE profiles.user_id = owner.user_id
        ), promised AS (
            INSERT INTO outbox
            SELECT job.*
            FROM (SELECT jsonb_agg(id) AS ids FROM replaced HAVING count(*) > 0) AS gone,
                 promised_jobs(jsonb_build_array(
                     $5::jsonb || jsonb_build_object('payload', jsonb_build_object('media', gone.ids)))) AS job
        )
        SELECT user_id FROM owner
        """)

    /// The file will never be ready.
    /// - Parameter reason: For its owner.
    /// - Returns: False when another run of the job was first.
    package func fail(_ id: MediaID, reason: String, job: JobID) async throws(PostgresError) -> Bool {
        let rows = try await database.write(Self.fail, [.id(job), .id(id), .text(reason)])
        return rows.affected > 0
    }

    private static let fail = Statement(
        "fail_media",
        """
        WITH mine AS (
            SELECT finish_job($1) AS id
        )
        UPDATE media SET state = 'failed', failure = $3, updated_at = now()
        FROM mine
        WHERE media.id = $2 AND mine.id IS NOT NULL
        """)

    /// Nobody will look at the file any more, because its job is dead. The job's row stays, for whoever looks into it.
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
