import Chassis
import HTTP
import MediaStoring
import Social
import Storage

/// Sends one variant of somebody's avatar. Public (S1-65).
struct ReadAvatar: Sendable {
    /// What `?size=` may say, and the variant that it means.
    static let variants = ["256": "square256", "512": "square512", "1200": "large1200"]
    private static let missing = Refusal.notFound("Avatar not found")

    let media: MediaStore
    let blobs: any BlobStore
    let disk: BlockingPool

    func callAsFunction(of user: UserID, size: String?, for request: Request) async throws -> Response {
        guard let variant = Self.variants[size ?? "512"] else {
            throw Refusal.invalid("size must be 256, 512 or 1200")
        }
        guard let id = try await media.avatar(of: user), let key = PictureBlobs(of: id)?.variant(variant) else {
            throw Self.missing
        }
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
