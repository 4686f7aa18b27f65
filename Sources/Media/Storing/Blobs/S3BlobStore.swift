import Chassis
import Glibc
package import ObjectStorage

/// A store of blobs as objects of a bucket, under their keys.
///
/// An upload of at most 16 MiB is one request. A larger one is sent in parts while it arrives, so that it takes 16 MiB
/// on the disk and nothing in memory, whatever its size. What an interrupted upload leaves in the bucket are parts that
/// belong to no object; ``removeStale(olderThan:)`` removes them.
package struct S3BlobStore: BlobStore {
    private let client: BucketClient
    private let scratch: String
    private let mode: DownloadMode
    private let downloads: DownloadLoop

    /// Creates a store. It does not ask the service, so that a process starts while the service is away.
    /// - Parameters:
    ///   - scratch: A folder of this machine for bytes on their way; created if it is missing.
    ///   - mode: How clients get the bytes.
    package init(_ client: BucketClient, scratch: String, mode: DownloadMode = .proxy) throws(BlobError) {
        try Directory.create(scratch)
        self.client = client
        self.scratch = scratch
        self.mode = mode
        downloads = DownloadLoop(client)
    }

    package func stage(_ key: BlobKey) throws(BlobError) -> any StagedBlob {
        S3StagedBlob(key, client, file: try ScratchFile.open(in: scratch))
    }

    package func write(_ bytes: [UInt8], as key: BlobKey, type: String?) throws(BlobError) {
        guard bytes.count <= S3StagedBlob.partSize else {
            let staged = try stage(key)
            try staged.append(bytes)
            return try staged.commit()
        }
        try blobErrors { () throws(ObjectStorageError) in
            let body = type.map { ObjectBody(bytes, type: $0) } ?? ObjectBody(bytes)
            try client.put(body, as: key.description)
        }
    }

    package func read(_ key: BlobKey, limit: Int) throws(BlobError) -> [UInt8] {
        try blobErrors { () throws(ObjectStorageError) in try client.get(key.description, limit: limit) }
    }

    package func open(_ key: BlobKey) throws(BlobError) -> OpenBlob {
        let descriptor = try ScratchFile.open(in: scratch)
        do {
            let (byteCount, modified) = try client.get(key.description, into: descriptor)
            return OpenBlob(owning: descriptor, byteCount: byteCount, modified: modified)
        } catch {
            close(descriptor)
            throw BlobError(error)
        }
    }

    package func content(_ key: BlobKey) throws(BlobError) -> BlobContent {
        // A client waits for it, and is told to come back soon if the service does not answer.
        var limits = client.limits
        limits.total = min(limits.total, .seconds(10))
        let hasty = client.limited(to: limits)
        let head = try blobErrors { () throws(ObjectStorageError) in try hasty.head(key.description) }
        let object = ObjectContent(
            key: key, entityTag: head.entityTag, client: client, downloads: downloads, mode: mode)
        return BlobContent(object, head)
    }

    package func delete(_ key: BlobKey) throws(BlobError) {
        try blobErrors { () throws(ObjectStorageError) in try client.delete(key.description) }
    }

    package func page(after last: BlobKey?, limit: Int) throws(BlobError) -> [StoredBlob] {
        var found: [StoredBlob] = []
        var last = last?.description
        while found.count < limit {
            let page = try blobErrors { () throws(ObjectStorageError) in
                try client.objects(after: last, limit: limit - found.count)
            }
            // Objects of others in the bucket may have names that are no keys.
            found += page.entries.compactMap { entry in
                BlobKey(entry.key).map { StoredBlob(key: $0, modified: entry.modified) }
            }
            guard !page.isLast, let end = page.entries.last else { break }
            last = end.key
        }
        return found
    }

    package func removeStale(olderThan age: Duration) throws(BlobError) -> Int {
        let client = client.limited(to: .once(within: .seconds(10)))
        let latest = Timestamp(microseconds: Timestamp.now.microseconds - Int64(age.nanoseconds / 1_000))
        var removed = 0
        var last: MultipartUpload?
        repeat {
            let page = try blobErrors { () throws(ObjectStorageError) in try client.uploads(after: last) }
            for entry in page.entries where entry.begun <= latest && BlobKey(entry.upload.key) != nil {
                try blobErrors { () throws(ObjectStorageError) in try client.abort(entry.upload) }
                removed += 1
            }
            last = page.isLast ? nil : page.entries.last?.upload
        } while last != nil
        return removed
    }

    package func checkWritable() throws(BlobError) {
        // Always the same name: if the process ends in between, the next check removes it.
        let client = client.limited(to: .once(within: .seconds(2)))
        try blobErrors { () throws(ObjectStorageError) in
            try client.put(ObjectBody([0]), as: "health")
            try client.delete("health")
        }
    }
}
