package import Chassis
package import Domain
import Postgres

/// The row of an upload that is not complete.
package struct Upload: Sendable {
    /// Of the future file.
    package let id: MediaID
    package let owner: UserID
    package let purpose: MediaPurpose
    package let originalName: String
    /// Of a cover.
    package let target: NewMedia.CoverTarget
    /// What the client said of it, as it said it.
    package let metadata: String
    /// Of the whole file.
    package let byteCount: Int
    /// The first bytes of the file that are stored.
    package let received: Int
    package let expiresAt: Timestamp
    package let isExpired: Bool
    package let lastChunk: UploadChunk?

    package var isComplete: Bool { received == byteCount }
}

extension Upload {
    /// An upload that begins.
    package init(
        id: MediaID, owner: UserID, purpose: MediaPurpose, originalName: String, target: NewMedia.CoverTarget,
        metadata: String, byteCount: Int, expiresAt: Timestamp
    ) {
        self.init(
            id: id, owner: owner, purpose: purpose, originalName: originalName, target: target, metadata: metadata,
            byteCount: byteCount, received: 0, expiresAt: expiresAt, isExpired: false, lastChunk: nil)
    }

    init(_ id: MediaID, _ row: inout Row) throws(PostgresError) {
        let owner = try row.id(UserID.self)
        let purpose = try row.word(MediaPurpose.self)
        let name = try row.text()
        let track = try row.optionalID(MediaID.self)
        let isProfileCover = try row.bool()
        self.init(
            id: id, owner: owner, purpose: purpose, originalName: name,
            target: isProfileCover ? .profile : track.map { .track($0) } ?? .newestTrack, metadata: try row.text(),
            byteCount: try row.int(), received: try row.int(), expiresAt: try row.timestamp(),
            isExpired: try row.bool(), lastChunk: try UploadChunk(last: &row))
    }

    /// The columns that a client chooses, as one JSON object.
    var record: [UInt8] {
        var writer = JSONWriter(reserving: 512)
        writer.object { row in
            row.member("id", id.description)
            row.member("user_id", owner.description)
            row.member("purpose", purpose.rawValue)
            row.member("original_name", originalName)
            if case .track(let track) = target { row.member("track_id", track.description) }
            row.member("is_profile_cover", target == .profile)
            row.member("metadata", metadata)
            row.member("byte_count", byteCount)
        }
        return writer.bytes
    }
}

/// A part of an upload: consecutive bytes of the file, in a blob of their own.
package struct UploadChunk: Sendable, Equatable {
    package let id: UploadChunkID
    /// The offset of its first byte in the file.
    package let start: Int
    package let byteCount: Int

    package var end: Int { start + byteCount }

    package init(id: UploadChunkID, start: Int, byteCount: Int) {
        self.id = id
        self.start = start
        self.byteCount = byteCount
    }

    init(_ row: inout Row) throws(PostgresError) {
        self.init(id: try row.id(UploadChunkID.self), start: try row.int(), byteCount: try row.int())
    }

    fileprivate init?(last row: inout Row) throws(PostgresError) {
        guard let id = try row.optionalID(UploadChunkID.self) else { return nil }
        self.init(id: id, start: try row.int(), byteCount: try row.int())
    }
}
