import Chassis
package import Domain

/// The row of a new file.
package struct NewMedia: Sendable {
    /// What a cover belongs to.
    package enum CoverTarget: Sendable, Equatable {
        case track(MediaID)
        /// Its owner's newest track, or the profile if there is none.
        case newestTrack
        case profile
    }

    package let id: MediaID
    package let owner: UserID
    package let purpose: MediaPurpose
    package let originalName: String
    package let fileName: String
    package let mimeType: String
    package let format: String
    package let byteCount: Int
    package let sha256: [UInt8]
    /// Ready if no worker has anything to do with it.
    package let state: MediaState
    /// Of a track.
    package let title: String?
    /// Of a cover.
    package let target: CoverTarget

    package init(
        id: MediaID, owner: UserID, purpose: MediaPurpose, originalName: String, fileName: String, mimeType: String,
        format: String, byteCount: Int, sha256: [UInt8], state: MediaState = .pending, title: String? = nil,
        target: CoverTarget = .profile
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
        self.state = state
        self.title = title
        self.target = target
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    /// All columns as one JSON object, the parameter of the SQL functions that insert the row.
    var record: [UInt8] {
        var writer = JSONWriter(reserving: 512)
        writer.object { row in
            row.member("id", id.description)
            row.member("user_id", owner.description)
            row.member("purpose", purpose.rawValue)
            row.member("original_name", originalName)
            row.member("file_name", fileName)
            row.member("mime_type", mimeType)
            row.member("format", format)
            row.member("byte_count", byteCount)
            // PostgreSQL's text form of bytes.
            row.member("sha256", "\\x" + sha256.map(Self.hexadecimal).joined())
            row.member("state", state.rawValue)
            row.member("title", title)
            if purpose == .cover, case .track(let track) = target { row.member("track_id", track.description) }
        }
        return writer.bytes
    }
}
