import Chassis
import Domain
import HTTP
import MediaStoring
import Storage

/// Sends one variant of somebody's avatar. Public (S1-65).
struct ReadAvatar: Sendable {
    private static let missing = Refusal.notFound("Avatar not found")

    let media: MediaStore
    let blobs: any BlobStore
    let disk: BlockingPool

    /// - Parameter size: What `?size=` says.
    func callAsFunction(of user: UserID, size: String?, for request: Request) async throws -> Response {
        let variant = try Self.variant(size ?? "512")
        guard let id = try await media.avatar(of: user) else { throw Self.missing }
        return try await send(variant, of: id, for: request)
    }

    /// The variant that a size means.
    private static func variant(_ size: String) throws(Refusal) -> String {
        switch size {
        case "256": "square256"
        case "512": "square512"
        case "1200": "large1200"
        default: throw .invalid("size must be 256, 512 or 1200")
        }
    }

    private func send(_ variant: String, of id: MediaID, for request: Request) async throws -> Response {
        guard let key = PictureBlobs(of: id)?.variant(variant) else { throw Self.missing }
        let blob: OpenBlob
        do {
            blob = try await disk.run { [blobs] in try blobs.open(key) }
        } catch BlobError.notFound {
            throw Self.missing
        }
        guard let descriptor = blob.takeDescriptor() else { throw Self.missing }
        // A variant never changes; which picture the address means does, so caches must ask.
        return .file(
            OpenFile(owning: descriptor), byteCount: blob.byteCount, type: "image/webp", tag: "\(id)-\(variant)",
            modified: blob.modified, cacheControl: "public, no-cache", for: request)
    }
}
