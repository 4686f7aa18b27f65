import Glibc

/// Why a blob could not be stored or read.
package enum BlobError: Error, Equatable {
    /// There is no such blob.
    case notFound
    /// The blob is larger than the reader accepts.
    case tooLarge(byteCount: Int)
    /// The disk, or the quota, is full. Nothing was stored; trying again later may help.
    case noSpace
    /// The staging name is not a single segment of a key, or is in use.
    case nameRefused
    /// The staged blob was committed or discarded before.
    case finished
    /// The system refused; `code` is its `errno`.
    case failed(operation: String, code: Int32)

    /// The error that `errno` tells, right after a failed call.
    static func current(_ operation: String) -> BlobError {
        switch errno {
        case ENOENT: .notFound
        case ENOSPC, EDQUOT: .noSpace
        case let code: .failed(operation: operation, code: code)
        }
    }
}
