/// A blob that is arriving. Nobody can read it before ``commit(as:)``; dropping it discards it.
/// Every call blocks: call on a `BlockingPool`, one call after the other.
package protocol StagedBlob: AnyObject, Sendable {
    /// How many bytes were appended.
    var byteCount: Int { get }

    /// Adds bytes at the end. After an error only ``discard()`` makes sense.
    func append(_ bytes: [UInt8]) throws(BlobError)

    /// Makes it a blob of the store, in place of one that has this key. When this returns, it survives a loss of power.
    func commit(as key: BlobKey) throws(BlobError)

    /// Throws the bytes away. After a commit, nothing happens.
    func discard()
}
