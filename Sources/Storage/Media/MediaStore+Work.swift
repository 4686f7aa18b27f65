package import Domain
package import Postgres

/// The statements of workers. The effect and the end of the job are one statement: if another run has finished the job,
/// nothing happens.
extension MediaStore {
    /// Returns the pictures that finishing this one may replace, and this one itself, which a newer one may have
    /// overtaken: for an avatar its owner's, for a cover those of the same track or profile.
    package func replaceablePictures(by id: MediaID) async throws(PostgresError) -> [MediaID] {
        try await database.read(Self.replaceablePictures, [.id(id)]).mediaIDs()
    }

    private static let replaceablePictures = Statement(
        "replaceable_pictures",
        """
        SELECT older.id
        FROM media
            JOIN media AS older ON older.user_id = media.user_id AND older.purpose = media.purpose
                AND older.track_id IS NOT DISTINCT FROM media.track_id
                AND (older.created_at, older.id) <= (media.created_at, media.id)
        WHERE media.id = $1
        """)

    /// Makes a decoded picture the one that is shown, unless a newer one is: an avatar, or a cover of a track or
    /// profile. The rows of replaced pictures are deleted, and the jobs that remove their files enqueued; the sweep
    /// pushes them.
    /// - Parameters:
    ///   - metadata: A JSON object.
    ///   - removals: The job that removes the files of each of ``replaceablePictures(by:)``.
    /// - Returns: False if another run finished the job, or the file is gone.
    package func finishPicture(
        _ id: MediaID, metadata: [UInt8], job: JobID, enqueuing removals: [MediaID: OutboxJob]
    ) async throws(PostgresError) -> Bool {
        var records = Array("{".utf8)
        for (index, entry) in removals.enumerated() {
            if index > 0 { records.append(UInt8(ascii: ",")) }
            records += Array("\"\(entry.key)\":".utf8) + entry.value.record
        }
        records.append(UInt8(ascii: "}"))
        return try await isTrue(
            Self.finishPicture, [.id(id), .json(metadata), .id(job), .json(records)])
    }

    private static let finishPicture = Statement("finish_picture", "SELECT finish_picture($1, $2, $3, $4)")

    /// Ends the job of a recording that was read.
    /// - Parameters:
    ///   - metadata: A JSON object.
    ///   - title: Nil keeps the title.
    ///   - cover: A picture in the recording, whose bytes are stored, and its job: the track's cover if it has none.
    ///   - jobs: What is to be done next.
    /// - Returns: Whether it had an effect, and whether the cover was added; its bytes are to be deleted otherwise.
    package func finishRecording(
        _ id: MediaID, metadata: [UInt8], title: String?, cover: (media: NewMedia, job: OutboxJob)?,
        within quota: MediaQuota, job: JobID, enqueuing jobs: [OutboxJob]
    ) async throws(PostgresError) -> (hasEffect: Bool, isCoverAdded: Bool) {
        let rows = try await database.write(
            Self.finishRecording,
            [
                .id(id), .json(metadata), title.map { .text($0) } ?? .null,
                cover.map { .json($0.media.record) } ?? .null, .integer(quota.files), .integer(quota.bytes), .id(job),
                .json(jobs.records), cover.map { .json($0.job.records) } ?? .null,
            ])
        guard var row = rows.first else { throw .unexpectedResult("a recording has no outcome") }
        return (try row.bool(), try row.bool())
    }

    private static let finishRecording = Statement(
        "finish_recording",
        """
        SELECT has_effect, is_cover_added
        FROM finish_recording(
            $1, $2, $3, jsonb_populate_record(NULL::media, $4::jsonb), $5::integer, $6, $7, $8, $9)
        """)

    /// Adds members to the metadata of a file, and ends the job.
    /// - Parameter metadata: A JSON object.
    /// - Returns: False if another run finished the job, or the file is gone.
    package func addMetadata(_ metadata: [UInt8], to id: MediaID, job: JobID) async throws(PostgresError) -> Bool {
        try await isTrue(Self.addMetadata, [.id(id), .json(metadata), .id(job)])
    }

    private static let addMetadata = Statement("add_metadata", "SELECT add_metadata($1, $2, $3)")

    /// Marks a file as failed; the job removes its bytes.
    /// - Parameters:
    ///   - reason: For its owner.
    ///   - job: The job that ends with it; nil for a job that is dead, whose row stays for operators.
    ///   - event: Recorded if it is a track.
    /// - Returns: False if another run finished the job.
    package func fail(
        _ id: MediaID, reason: String, job: JobID?, enqueuing removal: OutboxJob, recording event: DomainEvent?
    ) async throws(PostgresError) -> Bool {
        try await isTrue(
            Self.fail,
            [
                .id(id), .text(reason), job.map { .id($0) } ?? .null, .json(removal.records),
                event.map { .json($0.record) } ?? .null,
            ])
    }

    private static let fail = Statement("fail_media", "SELECT fail_media($1, $2, $3, $4, $5)")

    private func isTrue(_ statement: Statement, _ values: [PostgresValue]) async throws(PostgresError) -> Bool {
        guard var row = try await database.write(statement, values).first else { return false }
        return try row.bool()
    }
}
