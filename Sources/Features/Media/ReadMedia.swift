import Chassis
package import Domain
import MediaStoring
import Storage

/// Opens tracks and other files for a viewer; nil is a reader without a login. Public, but for files of accounts that
/// are not active, and of private profiles whose details the viewer does not see (S1-66).
package struct ReadMedia: Sendable {
    let media: MediaStore
    let blobs: any BlobStore
    let disk: BlockingPool
    let pictures: PictureFiles

    /// Opens a track as it was uploaded (S1-66).
    /// - Throws: `track_not_found`.
    package func track(_ id: MediaID, for viewer: UserID?) async throws(DomainError) -> MediaContent {
        guard let file = try await domainErrors({ try await media.find(id, for: viewer) }), file.purpose == .track
        else {
            throw .trackNotFound
        }
        return try await original(of: file, missing: .trackNotFound)
    }

    /// Opens any file (S1-72): of a picture its largest variant, since the original may contain the place where it was
    /// taken.
    /// - Parameter acceptsWebP: Whether the client can show WebP; otherwise JPEG or PNG is opened.
    /// - Throws: `file_not_found`.
    package func file(
        _ id: MediaID, for viewer: UserID?, acceptsWebP: Bool = true
    ) async throws(DomainError) -> MediaContent {
        guard let file = try await domainErrors({ try await media.find(id, for: viewer) }) else { throw .fileNotFound }
        switch file.purpose {
        case .track, .other: return try await original(of: file, missing: .fileNotFound)
        case .avatar, .cover:
            guard file.state == .ready else { throw .fileNotFound }
            return try await pictures.open(id, .whole, acceptsWebP: acceptsWebP, missing: .fileNotFound)
        case .picture: return try await publicPicture(file)
        }
    }

    /// Opens a picture for posts and messages by its address: WebP, whatever the client accepts (S2-139, S2-140).
    /// - Throws: `file_not_found`, also before a worker has made it.
    package func picture(
        _ id: MediaID, of owner: UserID, for viewer: UserID?
    ) async throws(DomainError) -> MediaContent {
        guard let file = try await domainErrors({ try await media.find(id, for: viewer) }), file.purpose == .picture,
            file.owner == owner
        else { throw .fileNotFound }
        return try await publicPicture(file)
    }

    private func publicPicture(_ file: MediaFile) async throws(DomainError) -> MediaContent {
        guard file.state == .ready else { throw .fileNotFound }
        return try await .open(
            MediaBlobs.publicPicture(file.id, of: file.owner), in: blobs, on: disk, type: PictureFormat.webp.mimeType,
            tag: file.id.description, caching: .revalidated, missing: .fileNotFound)
    }

    /// Opens the waveform of a track, in the JSON of audiowaveform.
    /// - Throws: `track_not_found`, also while there is none yet.
    package func waveform(of id: MediaID, for viewer: UserID?) async throws(DomainError) -> MediaContent {
        guard let file = try await domainErrors({ try await media.find(id, for: viewer) }), file.purpose == .track,
            file.state != .failed
        else { throw .trackNotFound }
        return try await .open(
            MediaBlobs.waveform(of: id, for: .track), in: blobs, on: disk, type: "application/json",
            tag: "\(id)-waveform", caching: .revalidated,
            missing: DomainError(.trackNotFound, .notFound, "The track has no waveform yet: try again later"))
    }

    private func original(of file: MediaFile, missing: DomainError) async throws(DomainError) -> MediaContent {
        guard file.state != .failed else { throw missing }
        // What is no recording, picture or film might be a page with a script: browsers save it, and show nothing.
        let isShown = ["audio/", "image/", "video/"].contains { file.mimeType.hasPrefix($0) }
        return try await .open(
            MediaBlobs.original(of: file.id, for: file.purpose), in: blobs, on: disk, type: file.mimeType,
            tag: file.id.description, caching: .revalidated,
            fileName: isShown ? nil : file.originalName, missing: missing)
    }
}
