import Chassis
package import Domain
import MediaStoring
import Storage

/// A variant of an avatar or cover.
package enum PictureSize: String, Sendable, CaseIterable {
    /// A square, in pixels per side.
    case small = "256"
    case medium = "512"
    /// The whole picture, inside 1200 × 1200, never enlarged.
    case whole = "1200"

    var variant: String {
        switch self {
        case .small: "square256"
        case .medium: "square512"
        case .whole: "large1200"
        }
    }

    var fileName: String { "\(variant).webp" }
}

/// Opens one variant of a user's avatar or a track's cover. Public (S1-65, S1-71).
package struct ReadPicture: Sendable {
    let media: MediaStore
    let blobs: any BlobStore
    let disk: BlockingPool

    /// - Throws: `avatar_not_found`.
    package func avatar(of user: UserID, size: PictureSize) async throws(DomainError) -> MediaContent {
        try await open(size, missing: .avatarNotFound) { try await media.avatar(of: user) }
    }

    /// - Throws: `cover_not_found`.
    package func cover(of track: MediaID, size: PictureSize) async throws(DomainError) -> MediaContent {
        try await open(size, missing: .coverNotFound) { try await media.cover(of: track) }
    }

    private func open(
        _ size: PictureSize, missing notFound: DomainError, _ current: () async throws -> MediaID?
    ) async throws(DomainError) -> MediaContent {
        var missing: MediaID?
        while true {
            let found = try await domainErrors { try await current() }
            guard let id = found, id != missing else { throw notFound }
            do {
                // A variant never changes, but the address may lead to another picture later.
                return try await MediaContent.open(
                    MediaBlobs.picture(size.fileName, of: id), in: blobs, on: disk, type: "image/webp",
                    tag: "\(id)-\(size.variant)", caching: .revalidated, missing: notFound)
            } catch {
                guard error == notFound else { throw error }
                // A newer picture has replaced it since its id was read, or it is lost.
                missing = id
            }
        }
    }
}
