import Domain
import MediaStoring

/// What files of a purpose may be, and which work they cause.
struct UploadRule: Sendable {
    let purpose: MediaPurpose
    /// In bytes.
    let maximumBytes: Int
    /// Completes "File must be …".
    private let description: String
    private let pictures: Set<PictureFormat>

    init(_ purpose: MediaPurpose, _ limits: MediaLimits) {
        self.purpose = purpose
        // S2-138.
        let known: Set<PictureFormat> = purpose == .picture ? [.jpeg, .png, .webp] : Set(PictureFormat.allCases)
        let pictures = limits.pictureFormats.intersection(known)
        self.pictures = pictures
        switch purpose {
        case .picture:
            maximumBytes = limits.imageBytes
            description = ""
        case .avatar, .cover:
            maximumBytes = limits.imageBytes
            let names = PictureFormat.allCases.filter(pictures.contains).map(\.name)
            let last = names.last ?? ""
            description = "a \(names.count > 1 ? names.dropLast().joined(separator: ", ") + " or " : "")\(last) picture"
        case .track:
            maximumBytes = limits.audioBytes
            description = "an MP3, WAV, OGG, Opus, FLAC, M4A or AAC recording"
        case .other:
            maximumBytes = limits.fileBytes
            description = "a file"
        }
    }

    /// Returns the type of a file by its first bytes.
    /// - Throws: `validation_failed` for another kind than the purpose asks for (S1-53, S1-59).
    func type(of bytes: [UInt8]) throws(DomainError) -> FileType {
        let kind = MediaKind(sniffing: bytes)
        let isAccepted =
            switch purpose {
            case .avatar, .cover, .picture: kind.pictureFormat.map(pictures.contains) ?? false
            case .track: kind.audioFormat != nil
            case .other: true
            }
        guard isAccepted else {
            throw .invalid(purpose == .picture ? "Invalid file type" : "File must be \(description)")
        }
        return FileType(kind)
    }

    /// The refusal of a larger file.
    var tooLarge: DomainError { .tooLarge("The file is larger than \(maximumBytes) bytes") }
}
