/// Where files live. Every call blocks on the disk or the network: call on a `BlockingPool`.
package protocol BlobStore: Sendable {
    /// Begins a blob whose bytes arrive piece by piece. The name is one segment of a key that no other blob uses
    /// which is staged now, such as a fresh id; else ``BlobError/nameRefused``.
    func stage(_ name: String) throws(BlobError) -> any StagedBlob

    /// Stores a whole blob; whoever reads meanwhile sees the old one or the new one, never a part.
    /// When this returns, the blob survives a loss of power.
    func write(_ bytes: [UInt8], as key: BlobKey) throws(BlobError)

    /// Reads a whole blob, if it has at most as many bytes as the limit; else ``BlobError/tooLarge(byteCount:)``.
    func read(_ key: BlobKey, limit: Int) throws(BlobError) -> [UInt8]

    /// Opens a blob for sending it.
    func open(_ key: BlobKey) throws(BlobError) -> OpenBlob

    /// Deletes a blob. An absent one is fine.
    func delete(_ key: BlobKey) throws(BlobError)

    /// A part of all blobs, in the order of their keys.
    /// - Parameter last: The page begins behind it; nil for the first.
    func page(after last: BlobKey?, limit: Int) throws(BlobError) -> [StoredBlob]

    /// Removes what interrupted uploads left behind: staged bytes that nobody touched for so long. Returns how many
    /// blobs that were.
    func removeStale(olderThan age: Duration) throws(BlobError) -> Int
}
