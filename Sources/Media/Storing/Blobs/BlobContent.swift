package import Chassis
package import ObjectStorage

/// A blob that is about to be sent to a client.
package struct BlobContent: Sendable {
    /// Where its bytes are.
    package enum Source: Sendable {
        case file(OpenBlob)
        case object(ObjectContent)
    }

    package let byteCount: Int
    /// The time of the last write.
    package let modified: Timestamp
    package let source: Source

    package init(_ blob: OpenBlob) {
        byteCount = blob.byteCount
        modified = blob.modified
        source = .file(blob)
    }

    init(_ object: ObjectContent, _ head: ObjectHead) {
        byteCount = head.byteCount
        modified = head.modified
        source = .object(object)
    }
}

/// How clients get the bytes of an object store.
package enum DownloadMode: String, Sendable, CaseIterable {
    /// Through this process, which reads from the store no faster than the client.
    case proxy
    /// From the store itself, at a signed URL.
    case redirect
}

/// An object of an object store: its bytes, or a URL where the client fetches them itself.
package struct ObjectContent: Sendable {
    /// How long a signed URL is valid, in seconds. It is used at once; a player asks again for later ranges.
    private static let lifetime = 900

    let key: BlobKey
    let entityTag: String?
    let client: BucketClient
    let downloads: DownloadLoop
    let mode: DownloadMode

    /// Begins to read a range. Reading it ends with an error if another object replaces this one meanwhile.
    package func pieces(of range: Range<Int>) -> BlobPieces {
        BlobPieces(downloads.download(key.description, range: range, entityTag: entityTag))
    }

    /// Returns the URL to which clients are redirected, valid for 15 minutes; nil if they get the bytes from here.
    package func address(_ headers: SignedURLHeaders) -> String? {
        guard mode == .redirect else { return nil }
        return client.signedURL(key.description, headers: headers, seconds: Self.lifetime)
    }
}

/// The bytes of a range of a blob, for one reader. No thread waits for the reader or for the store.
package final class BlobPieces: Sendable {
    private let download: ObjectDownload

    init(_ download: ObjectDownload) {
        self.download = download
    }

    deinit { download.cancel() }

    /// Returns the next piece, 64 KiB at most; nil after the last.
    package func next() async throws(BlobError) -> [UInt8]? {
        do { return try await download.next() } catch { throw BlobError(error) }
    }
}

extension BlobError {
    init(_ error: ObjectStorageError) {
        self =
            switch error {
            case .notFound, .replaced: .notFound
            case .tooLarge(let count): .tooLarge(byteCount: count)
            case .full: .noSpace
            case .cancelled: .finished
            case .local(let code): .failed(operation: "transfer", code: code)
            case .unreachable, .busy, .invalidAnswer: .unreachable(reason: "\(error)")
            case .noBucket, .accessDenied, .rejected: .refused(reason: "\(error)")
            }
    }
}

/// Runs a request to an object store and translates what it throws.
func blobErrors<Value>(_ body: () throws(ObjectStorageError) -> Value) throws(BlobError) -> Value {
    do { return try body() } catch { throw BlobError(error) }
}
