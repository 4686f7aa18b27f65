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

}

/// Opens one variant of a user's avatar or a track's cover. Public (S1-65, S1-71).
package struct ReadPicture: Sendable {
    let media: MediaStore
    let files: PictureFiles

    /// - Parameter acceptsWebP: Whether the client can show WebP; otherwise JPEG or PNG is opened.
    /// - Throws: `avatar_not_found`.
    package func avatar(
        of user: UserID, size: PictureSize, acceptsWebP: Bool = true
    ) async throws(DomainError) -> MediaContent {
        try await open(size, acceptsWebP, missing: .avatarNotFound) { try await media.avatar(of: user) }
    }

    /// - Parameter acceptsWebP: Whether the client can show WebP; otherwise JPEG or PNG is opened.
    /// - Throws: `cover_not_found`.
    package func cover(
        of track: MediaID, for viewer: UserID?, size: PictureSize, acceptsWebP: Bool = true
    ) async throws(DomainError) -> MediaContent {
        try await open(size, acceptsWebP, missing: .coverNotFound) { try await media.cover(of: track, for: viewer) }
    }

    private func open(
        _ size: PictureSize, _ acceptsWebP: Bool, missing notFound: DomainError,
        _ current: () async throws -> MediaID?
    ) async throws(DomainError) -> MediaContent {
        var missing: MediaID?
        while true {
            let found = try await domainErrors { try await current() }
            guard let id = found, id != missing else { throw notFound }
            do {
                return try await files.open(id, size, acceptsWebP: acceptsWebP, missing: notFound)
            } catch {
                guard error == notFound else { throw error }
                // A newer picture has replaced it since its id was read, or it is lost.
                missing = id
            }
        }
    }
}
