import Chassis
package import Domain
import MediaStoring
import Storage

/// The side of an avatar's variant, in pixels.
package enum AvatarSize: String, Sendable {
    case small = "256"
    case medium = "512"
    case large = "1200"

    fileprivate var variant: String {
        switch self {
        case .small: "square256"
        case .medium: "square512"
        case .large: "large1200"
        }
    }
}

/// Opens one variant of a user's avatar. Public (S1-65).
package struct ReadAvatar: Sendable {
    private static let notFound = DomainError(.avatarNotFound, .notFound, "Avatar not found")

    let media: MediaStore
    let blobs: any BlobStore
    let disk: BlockingPool

    /// - Throws: `avatar_not_found`.
    package func callAsFunction(of user: UserID, size: AvatarSize) async throws(DomainError) -> MediaContent {
        var missing: MediaID?
        while true {
            let found: MediaID?
            do { found = try await media.avatar(of: user) } catch { throw DomainError(error) }
            guard let id = found, id != missing, let key = PictureBlobs(of: id)?.variant(size.variant) else {
                throw Self.notFound
            }
            do {
                // A variant never changes, but the address may lead to another picture later.
                return try await MediaContent.open(
                    key, in: blobs, on: disk, type: "image/webp", tag: "\(id)-\(size.variant)", caching: .revalidated,
                    missing: Self.notFound)
            } catch {
                guard error == Self.notFound else { throw error }
                // A newer picture has replaced it since its id was read, or it is lost.
                missing = id
            }
        }
    }
}
