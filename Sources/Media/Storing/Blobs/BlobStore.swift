package import Chassis
import Glibc
import Synchronization

/// A store of files by key. Every call blocks on the disk or the network: call on a `BlockingPool`.
package protocol BlobStore: Sendable {
    /// Begins a blob whose bytes arrive in pieces. The key is needed now because an object store sends the first bytes
    /// before the last ones arrive. Several blobs may be staged under one key: the one committed last stays.
    func stage(_ key: BlobKey) throws(BlobError) -> any StagedBlob

    /// Stores a whole blob. A concurrent reader gets the old one or the new one, never a part.
    /// When this returns, the blob survives a loss of power.
    /// - Parameter type: The media type with which an object store serves the blob to others; nil for blobs that only
    ///   the product reads.
    func write(_ bytes: [UInt8], as key: BlobKey, type: String?) throws(BlobError)

    /// Reads a whole blob of at most `limit` bytes; a larger one throws ``BlobError/tooLarge(byteCount:)``.
    func read(_ key: BlobKey, limit: Int) throws(BlobError) -> [UInt8]

    /// Opens a blob as a file, for a reader on this machine. An object store downloads the whole blob for it.
    func open(_ key: BlobKey) throws(BlobError) -> OpenBlob

    /// Finds a blob for sending it, or a part of it, to a client.
    func content(_ key: BlobKey) throws(BlobError) -> BlobContent

    /// Deletes a blob. A missing blob is not an error.
    func delete(_ key: BlobKey) throws(BlobError)

    /// Returns a page of all blobs, in the order of their keys.
    /// - Parameter last: The last key of the previous page; nil for the first page.
    func page(after last: BlobKey?, limit: Int) throws(BlobError) -> [StoredBlob]

    /// Removes staged blobs of interrupted uploads, which were last written longer than `age` ago, and returns their
    /// number.
    func removeStale(olderThan age: Duration) throws(BlobError) -> Int

    /// Returns if the store accepts writes now, and leaves no blob behind.
    func checkWritable() throws(BlobError)
}

extension BlobStore {
    /// Stores a whole blob that only the product reads.
    package func write(_ bytes: [UInt8], as key: BlobKey) throws(BlobError) { try write(bytes, as: key, type: nil) }
}

/// A blob whose upload is in progress. It cannot be read before ``commit()``; releasing it discards it.
/// Every call blocks: call on a `BlockingPool`, one call after the other.
package protocol StagedBlob: AnyObject, Sendable {
    /// The number of bytes appended.
    var byteCount: Int { get }

    /// Appends bytes. After an error only ``discard()`` may be called.
    func append(_ bytes: [UInt8]) throws(BlobError)

    /// Stores the blob under its key and replaces one that has this key. When this returns, it survives a loss of
    /// power.
    func commit() throws(BlobError)

    /// Deletes the bytes. Does nothing after a commit.
    func discard()
}

/// A blob in a listing.
package struct StoredBlob: Equatable, Sendable {
    package let key: BlobKey
    /// The time of the last write.
    package let modified: Timestamp
}

/// A blob that is open for reading. Closes its file when it is released, unless the descriptor was taken.
package final class OpenBlob: Sendable {
    package let byteCount: Int
    /// The time of the last write.
    package let modified: Timestamp
    private let descriptor: Mutex<Int32?>

    /// - Parameter descriptor: Open for reading at the first byte; owned from here on.
    init(owning descriptor: Int32, byteCount: Int, modified: Timestamp) {
        self.descriptor = Mutex(descriptor)
        self.byteCount = byteCount
        self.modified = modified
    }

    deinit {
        if let descriptor = takeDescriptor() { close(descriptor) }
    }

    /// Transfers the ownership of the descriptor, which is open for reading at the first byte: the caller closes it.
    /// - Returns: nil if it was taken before.
    package func takeDescriptor() -> Int32? {
        descriptor.withLock { $0.take() }
    }
}

/// The reason why a blob could not be stored or read.
package enum BlobError: MachineError, Equatable {
    /// The key names no blob.
    case notFound
    /// The blob is larger than the reader accepts.
    case tooLarge(byteCount: Int)
    /// The disk, or the quota, is full. Nothing was stored; a later retry may succeed.
    case noSpace
    /// The staged blob was committed or discarded before.
    case finished
    /// A system call failed; `code` is its `errno`.
    case failed(operation: String, code: Int32)
    /// The object store does not answer, or answers with a fault of its own. Nothing is lost: a later retry succeeds.
    case unreachable(reason: String)
    /// The object store answers and refuses: wrong credentials, a missing bucket. It needs an operator.
    case refused(reason: String)

    /// Returns the error for `errno`, right after a failed call.
    static func current(_ operation: String) -> BlobError {
        switch errno {
        case ENOENT: .notFound
        case ENOSPC, EDQUOT: .noSpace
        case let code: .failed(operation: operation, code: code)
        }
    }

    /// Returns the error for `errno`, right after a failed call that creates something: if a folder is missing, the
    /// store is.
    static func currentOfCreation(_ operation: String) -> BlobError {
        let error = current(operation)
        return error == .notFound ? .failed(operation: operation, code: ENOENT) : error
    }

    /// Whether the store itself is missing, as when its disk is not mounted, or does not answer.
    package var isStoreMissing: Bool {
        switch self {
        case .failed(_, ENOENT), .unreachable: true
        default: false
        }
    }

    package var machineCondition: MachineCondition? {
        switch self {
        case .noSpace: .diskFull
        // A path of another shape than the key's: a file where a folder should be.
        case .failed(_, ENOTDIR), .failed(_, EISDIR), .failed(_, ELOOP), .failed(_, ENAMETOOLONG): nil
        case .failed(_, let code): MachineCondition(code: code) ?? .storeUnavailable
        case .unreachable, .refused: .storeUnavailable
        case .notFound, .tooLarge, .finished: nil
        }
    }
}
