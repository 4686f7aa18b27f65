package import Chassis
import Domain
import MediaStoring

/// An open file for a client: the bytes, and the validators that a transport needs for conditional and range requests.
package struct MediaContent: Sendable {
    /// How long a client or proxy may reuse the content.
    package enum Caching: Sendable {
        /// Public, and revalidated each time: the address may mean another file later.
        case revalidated
        /// For the caller alone.
        case never
    }

    private let blob: OpenBlob
    /// The media type.
    package let type: String
    /// Differs whenever the bytes differ; the strong validator of RFC 9110, section 8.8.1, without quotes.
    package let tag: String
    package let caching: Caching
    /// The name under which a client saves it; nil for content that is shown.
    package let fileName: String?

    package var byteCount: Int { blob.byteCount }
    package var modified: Timestamp { blob.modified }

    /// Hands over the descriptor, open for reading at the first byte: the receiver closes it.
    /// - Returns: Nil if it was handed over before.
    package func takeDescriptor() -> Int32? { blob.takeDescriptor() }

    /// Opens a stored file.
    /// - Throws: `missing` if there is no such file.
    static func open(
        _ key: BlobKey, in blobs: any BlobStore, on disk: BlockingPool, type: String, tag: String,
        caching: Caching, fileName: String? = nil, missing: DomainError
    ) async throws(DomainError) -> MediaContent {
        let blob = try await domainErrors {
            do { return try await disk.run { try blobs.open(key) } } catch BlobError.notFound { throw missing }
        }
        return MediaContent(blob: blob, type: type, tag: tag, caching: caching, fileName: fileName)
    }
}
