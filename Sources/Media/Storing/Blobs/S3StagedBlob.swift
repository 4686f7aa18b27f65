internal import Chassis
import Crypto
import Glibc
internal import ObjectStorage
import Synchronization

/// An object whose upload is in progress. Its bytes are collected in a file without a name until they are enough for a
/// part; a small object is never more than that file until its commit.
final class S3StagedBlob: StagedBlob {
    /// The size of a part, and of the largest object that is sent in one request, in bytes. With 10,000 parts an object
    /// may have 160 GiB.
    static let partSize = 16 << 20

    /// Aborts uploads that were released, not discarded: the thread that releases one may be an event loop's.
    private static let aborts = BlockingPool(name: "s3-abort", threads: 1, queueLimit: 1_024)

    private struct State: ~Copyable {
        /// Nil once it was committed or discarded.
        var file: Int32?
        /// In the file, since the last part.
        var buffered = 0
        /// Of the bytes in the file.
        var digest = SHA256()
        var byteCount = 0
        var upload: MultipartUpload?
        var tags: [String] = []
    }

    private let key: BlobKey
    private let client: BucketClient
    private let state: Mutex<State>

    /// - Parameter file: Empty, open for reading and writing; owned from here on.
    init(_ key: BlobKey, _ client: BucketClient, file: Int32) {
        self.key = key
        self.client = client
        state = Mutex(State(file: file))
    }

    deinit {
        guard let upload = state.withLock({ Self.close(&$0) }) else { return }
        // One that fails, or that ends with the process, is removed when it is stale.
        Task { [client] in try? await Self.aborts.run { try client.abort(upload) } }
    }

    var byteCount: Int { state.withLock { $0.byteCount } }

    func append(_ bytes: [UInt8]) throws(BlobError) {
        try state.withLock { state throws(BlobError) in
            var rest = bytes[...]
            while !rest.isEmpty {
                guard let file = state.file else { throw .finished }
                if state.buffered == Self.partSize { try sendPart(&state, file) }
                let piece = rest.prefix(Self.partSize - state.buffered)
                try ScratchFile.write(piece, to: file, at: state.buffered)
                state.digest.update(piece.span)
                state.buffered += piece.count
                state.byteCount += piece.count
                rest = rest.dropFirst(piece.count)
            }
            guard state.file != nil else { throw .finished }
        }
    }

    func commit() throws(BlobError) {
        try state.withLock { state throws(BlobError) in
            guard let file = state.file else { throw .finished }
            do throws(BlobError) {
                if state.upload == nil {
                    let body = takeBody(&state, file)
                    try blobErrors { () throws(ObjectStorageError) in try client.put(body, as: key.description) }
                } else {
                    try complete(&state, file)
                }
            } catch {
                abort(Self.close(&state))
                throw error
            }
            state.upload = nil
            _ = Self.close(&state)
        }
    }

    func discard() {
        abort(state.withLock { Self.close(&$0) })
    }

    private func complete(_ state: inout State, _ file: Int32) throws(BlobError) {
        try sendPart(&state, file)
        guard let upload = state.upload else { return }
        let (tags, byteCount) = (state.tags, state.byteCount)
        try blobErrors { () throws(ObjectStorageError) in
            try client.complete(upload, tags: tags, byteCount: byteCount)
        }
    }

    /// Sends what the file holds as a part, and empties it.
    private func sendPart(_ state: inout State, _ file: Int32) throws(BlobError) {
        guard state.tags.count < BucketClient.mostParts else { throw .tooLarge(byteCount: state.byteCount) }
        let upload: MultipartUpload
        if let begun = state.upload {
            upload = begun
        } else {
            upload = try blobErrors { () throws(ObjectStorageError) in try client.beginUpload(key.description) }
            state.upload = upload
        }
        let body = takeBody(&state, file)
        let number = state.tags.count + 1
        let tag = try blobErrors { () throws(ObjectStorageError) in
            try client.put(body, asPart: number, of: upload)
        }
        state.tags.append(tag)
    }

    /// Returns what the file holds, which stays there until the next bytes overwrite it.
    private func takeBody(_ state: inout State, _ file: Int32) -> ObjectBody {
        var digest = SHA256()
        swap(&digest, &state.digest)
        defer { state.buffered = 0 }
        return ObjectBody(file: file, count: state.buffered, sha256: digest.finish())
    }

    private func abort(_ upload: MultipartUpload?) {
        guard let upload else { return }
        try? client.limited(to: .once(within: .seconds(5))).abort(upload)
    }

    /// Closes the file.
    /// - Returns: The upload that must be aborted.
    private static func close(_ state: inout State) -> MultipartUpload? {
        guard let file = state.file.take() else { return nil }
        Glibc.close(file)
        return state.upload.take()
    }
}
