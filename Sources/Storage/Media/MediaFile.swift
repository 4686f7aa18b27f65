package import Chassis
package import Domain

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
    /// In pixels; nil until a worker has decoded the file.
    package let width: Int?
    package let height: Int?
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
}

extension MediaFile {
    /// A file as it was stored, before a worker saw it.
    package init(_ new: NewMedia, storedAt time: Timestamp) {
        self.init(
            id: new.id, owner: new.owner, purpose: new.purpose, originalName: new.originalName,
            fileName: new.fileName, mimeType: new.mimeType, format: new.format, byteCount: new.byteCount,
            state: .pending, failure: nil, width: nil, height: nil, createdAt: time, updatedAt: time)
    }
}

/// The row of a new file.
package struct NewMedia: Sendable {
    package let id: MediaID
    package let owner: UserID
    package let purpose: MediaPurpose
    package let originalName: String
    package let fileName: String
    package let mimeType: String
    package let format: String
    package let byteCount: Int
    package let sha256: [UInt8]

    package init(
        id: MediaID, owner: UserID, purpose: MediaPurpose, originalName: String, fileName: String, mimeType: String,
        format: String, byteCount: Int, sha256: [UInt8]
    ) {
        self.id = id
        self.owner = owner
        self.purpose = purpose
        self.originalName = originalName
        self.fileName = fileName
        self.mimeType = mimeType
        self.format = format
        self.byteCount = byteCount
        self.sha256 = sha256
    }
}
