package import Chassis
package import Domain
import Postgres

/// The row of an uploaded file.
package struct MediaFile: Sendable {
    package let id: MediaID
    package let owner: UserID
    package let purpose: MediaPurpose
    package let originalName: String
    package let fileName: String
    package let mimeType: String
    package let format: String
    package let byteCount: Int
    package let state: MediaState
    /// The reason why it failed, for its owner.
    package let failure: String?
    /// What a worker found, as a JSON object; nil before.
    package let metadata: [UInt8]?
    /// Of a track.
    package let title: String?
    /// Of a cover.
    package let track: MediaID?
    /// Of a track: the cover that is shown.
    package let cover: MediaID?
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    /// Whether its owner's account is active: files of others are not served.
    package let isOwnerActive: Bool
}

extension MediaFile {
    /// A file as it was stored, before a worker saw it.
    package init(_ new: NewMedia, storedAt time: Timestamp) {
        self.init(
            id: new.id, owner: new.owner, purpose: new.purpose, originalName: new.originalName,
            fileName: new.fileName, mimeType: new.mimeType, format: new.format, byteCount: new.byteCount,
            state: new.state, failure: nil, metadata: nil, title: new.title, track: nil, cover: nil, createdAt: time,
            updatedAt: time, isOwnerActive: true)
    }

    /// Reads a row of the view `media_entries`.
    init(_ row: inout Row) throws(PostgresError) {
        self.init(
            id: try row.id(MediaID.self), owner: try row.id(UserID.self), purpose: try row.word(MediaPurpose.self),
            originalName: try row.text(), fileName: try row.text(), mimeType: try row.text(), format: try row.text(),
            byteCount: try row.int(), state: try row.word(MediaState.self),
            failure: try row.optionalText(), metadata: try row.optionalJSON(), title: try row.optionalText(),
            track: try row.optionalID(MediaID.self), cover: try row.optionalID(MediaID.self),
            createdAt: try row.timestamp(), updatedAt: try row.timestamp(), isOwnerActive: try row.bool())
    }
}

/// The most files and bytes that one user may keep.
package struct MediaQuota: Sendable {
    package let files: Int
    package let bytes: Int

    package init(files: Int, bytes: Int) {
        self.files = files
        self.bytes = bytes
    }
}
