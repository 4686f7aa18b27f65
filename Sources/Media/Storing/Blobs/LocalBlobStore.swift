internal import CLinux
import Chassis
import Glibc

/// A store of blobs as files below one directory: `blobs/<key>`, and `staging/` for uploads in progress.
///
/// Both are on one file system, so that a rename is atomic. A new blob is durable because its file is flushed before
/// it gets its name, and every directory of its path afterwards.
package struct LocalBlobStore: BlobStore {
    let staging: String
    let blobs: String

    /// Creates the root and its parents if they are missing, with access for this user only.
    package init(root: String) throws(BlobError) {
        staging = "\(root)/staging"
        blobs = "\(root)/blobs"
        try Directory.create(staging)
        try Directory.create(blobs)
        try Directory.flush(root)
    }

    package func stage(_ key: BlobKey) throws(BlobError) -> any StagedBlob {
        try LocalStagedBlob(key, in: staging, blobs: blobs)
    }

    package func write(_ bytes: [UInt8], as key: BlobKey, type: String?) throws(BlobError) {
        let staged = try stage(key)
        try staged.append(bytes)
        try staged.commit()
    }

    package func checkWritable() throws(BlobError) {
        guard let key = BlobKey("health") else { return }
        let staged = try stage(key)
        defer { staged.discard() }
        try staged.append([UInt8](repeating: 0, count: 4_096))
    }

    package func open(_ key: BlobKey) throws(BlobError) -> OpenBlob {
        let descriptor = clinux_open_read("\(blobs)/\(key)")
        guard descriptor >= 0 else {
            let error = BlobError.current("open")
            // Without its folder the store is missing, as when its disk is not mounted, and not the blob.
            guard error == .notFound, access(blobs, F_OK) != 0 else { throw error }
            throw .failed(operation: "open", code: ENOENT)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .notFound
        }
        let modified = Timestamp(
            microseconds: Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1_000)
        return OpenBlob(owning: descriptor, byteCount: Int(status.st_size), modified: modified)
    }

    package func content(_ key: BlobKey) throws(BlobError) -> BlobContent {
        BlobContent(try open(key))
    }

    package func read(_ key: BlobKey, limit: Int) throws(BlobError) -> [UInt8] {
        let blob = try open(key)
        guard blob.byteCount <= limit else { throw .tooLarge(byteCount: blob.byteCount) }
        guard let descriptor = blob.takeDescriptor() else { throw .notFound }
        defer { close(descriptor) }
        var failure: BlobError?
        let bytes = [UInt8](unsafeUninitializedCapacity: blob.byteCount) { buffer, count in
            while count < blob.byteCount {
                let received = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, blob.byteCount - count)
                if received < 0, errno == EINTR { continue }
                if received < 0 { failure = .current("read") }
                if received <= 0 { return }
                count += received
            }
        }
        if let failure { throw failure }
        return bytes
    }

    package func delete(_ key: BlobKey) throws(BlobError) {
        guard unlink("\(blobs)/\(key)") != 0 else { return }
        // ENOTDIR: a part of the path is a blob, so no blob is below it.
        guard errno == ENOENT || errno == ENOTDIR else { throw .current("unlink") }
    }

    package func page(after last: BlobKey?, limit: Int) throws(BlobError) -> [StoredBlob] {
        var walk = BlobWalk(root: blobs, after: last, limit: limit)
        try walk.visit()
        return walk.found
    }

    package func removeStale(olderThan age: Duration) throws(BlobError) -> Int {
        let latest = Timestamp.now.microseconds - Int64(age.nanoseconds / 1_000)
        var removed = 0
        for name in try Directory.names(in: staging) {
            var status = stat()
            let path = "\(staging)/\(name)"
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            let touched = Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1_000
            if touched <= latest, unlink(path) == 0 { removed += 1 }
        }
        return removed
    }
}
