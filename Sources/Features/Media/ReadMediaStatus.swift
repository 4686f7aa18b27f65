package import Chassis
package import Domain
import Storage

/// An uploaded file as its owner sees it.
package struct UploadedFile: Sendable {
    package let id: MediaID
    package let owner: UserID
    package let purpose: MediaPurpose
    package let originalName: String
    package let fileName: String
    package let mimeType: String
    package let format: String
    package let byteCount: Int
    package let state: MediaState
    /// Why no worker can use the file.
    package let failure: String?
    /// What a worker found, as a JSON object; nil before.
    package let metadata: [UInt8]?
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    init(_ file: MediaFile) {
        id = file.id
        owner = file.owner
        purpose = file.purpose
        originalName = file.originalName
        fileName = file.fileName
        mimeType = file.mimeType
        format = file.format
        byteCount = file.byteCount
        state = file.state
        failure = file.failure
        metadata = file.metadata
        createdAt = file.createdAt
        updatedAt = file.updatedAt
    }
}

/// Reads the state of an uploaded file, for its owner alone.
package struct ReadMediaStatus: Sendable {
    let media: MediaStore

    /// - Throws: `file_not_found`, also for the file of another user.
    package func callAsFunction(_ id: MediaID, by caller: Caller) async throws(DomainError) -> UploadedFile {
        guard let file = try await domainErrors({ try await media.find(id) }), file.owner == caller.user else {
            throw .fileNotFound
        }
        return UploadedFile(file)
    }
}
