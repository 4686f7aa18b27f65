package import Chassis
package import Domain

/// A file as its row has it.
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
    /// Why it failed, in words for its owner.
    package let failure: String?
    /// Pixels, once a worker has looked.
    package let width: Int?
    package let height: Int?
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
}
