package import Chassis
package import Domain
import MediaStoring
import ObjectStorage

/// A file for a client: the bytes, and the validators that a transport needs for conditional and range requests.
package struct MediaContent: Sendable {
    /// How long a client or proxy may reuse the content.
    package enum Caching: Sendable {
        /// Public, and revalidated each time: the address may mean another file later.
        case revalidated
        /// For the caller alone.
        case never
    }

    /// How the bytes reach the client.
    package enum Delivery: Sendable {
        /// A file that is open for reading at the first byte: the receiver closes it.
        case descriptor(Int32)
        /// A range of the bytes, read piece by piece.
        case pieces(@Sendable (Range<Int>) -> MediaPieces)
        /// The client fetches them at this URL, which expires soon.
        case address(String)
    }

    private let blob: BlobContent
    /// The media type.
    package let type: String
    /// Differs whenever the bytes differ; the strong validator of RFC 9110, section 8.8.1, without quotes.
    package let tag: String
    package let caching: Caching
    /// Whether a client with another Accept header may get another file.
    package let isNegotiated: Bool
    /// The name under which a client saves it; nil for content that is shown.
    package let fileName: String?

    package var byteCount: Int { blob.byteCount }
    package var modified: Timestamp { blob.modified }

    /// The value of Cache-Control.
    package var cacheControl: String {
        switch caching {
        case .revalidated: "public, no-cache"
        case .never: "no-store"
        }
    }

    /// Hands over the bytes.
    /// - Parameter disposition: The value of Content-Disposition, which a store sends at a ``Delivery/address(_:)``.
    /// - Returns: Nil if a descriptor was handed over before.
    package func deliver(disposition: String?) -> Delivery? {
        switch blob.source {
        case .file(let file): return file.takeDescriptor().map { .descriptor($0) }
        case .object(let object):
            let headers = SignedURLHeaders(type: type, disposition: disposition, cacheControl: cacheControl)
            if let address = object.address(headers) { return .address(address) }
            return .pieces { MediaPieces(object.pieces(of: $0)) }
        }
    }

    /// Opens a stored file.
    /// - Throws: `missing` if there is no such file.
    static func open(
        _ key: BlobKey, in blobs: any BlobStore, on disk: BlockingPool, type: String, tag: String,
        caching: Caching, isNegotiated: Bool = false, fileName: String? = nil, missing: DomainError
    ) async throws(DomainError) -> MediaContent {
        let blob = try await domainErrors {
            do { return try await disk.run { try blobs.content(key) } } catch BlobError.notFound { throw missing }
        }
        return MediaContent(
            blob: blob, type: type, tag: tag, caching: caching, isNegotiated: isNegotiated, fileName: fileName)
    }
}

/// The bytes of a range, for one reader.
package struct MediaPieces: Sendable {
    private let pieces: BlobPieces

    init(_ pieces: BlobPieces) {
        self.pieces = pieces
    }

    /// Returns the next piece, 64 KiB at most; nil after the last.
    /// - Throws: `unavailable` when the store fails and repetitions are in vain.
    package func next() async throws(DomainError) -> [UInt8]? {
        do { return try await pieces.next() } catch { throw DomainError(error) }
    }
}
