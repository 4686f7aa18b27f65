import Chassis
import Domain
import Jobs
import MediaStoring

/// The files of the variants of pictures: each as WebP, and as JPEG, or PNG if the picture has transparency, for
/// clients that cannot show WebP (X-26).
struct PictureFiles: Sendable {
    private static let fallbacks: [PictureFormat] = [.jpeg, .png]

    let blobs: any BlobStore
    let disk: BlockingPool
    let producer: Producer
    let requested: RequestedFallbacks

    /// Opens a variant. A picture of an earlier version has WebP alone: it is opened, and its other files are made for
    /// the next request.
    /// - Throws: `missing` if there is no such file.
    func open(
        _ id: MediaID, _ size: PictureSize, acceptsWebP: Bool, missing: DomainError
    ) async throws(DomainError) -> MediaContent {
        if !acceptsWebP {
            for format in Self.fallbacks {
                do { return try await open(id, size, format, missing: missing) } catch {
                    guard error == missing else { throw error }
                }
            }
        }
        let content = try await open(id, size, .webp, missing: missing)
        if !acceptsWebP, requested.insert(id) { try? producer.send(MakeFallbacks(media: id)) }
        return content
    }

    private func open(
        _ id: MediaID, _ size: PictureSize, _ format: PictureFormat, missing: DomainError
    ) async throws(DomainError) -> MediaContent {
        // A file never changes, but the address may lead to another picture later.
        try await .open(
            MediaBlobs.picture("\(size.variant).\(format.fileExtension)", of: id), in: blobs, on: disk,
            type: format.mimeType, tag: "\(id)-\(size.variant)\(format == .webp ? "" : "-\(format.rawValue)")",
            caching: .revalidated, isNegotiated: true, missing: missing)
    }
}

/// The pictures whose fallbacks this loop has asked for, so that a popular picture is decoded once.
///
/// `@unchecked Sendable`: loop-confined, like the use cases that share it.
final class RequestedFallbacks: @unchecked Sendable {
    private static let limit = 10_000
    private var pictures: Set<MediaID> = []

    /// - Returns: Whether the picture is new.
    func insert(_ id: MediaID) -> Bool {
        if pictures.count >= Self.limit { pictures = [] }
        return pictures.insert(id).inserted
    }
}
