package import Chassis

/// A blob as a listing shows it.
package struct StoredBlob: Equatable, Sendable {
    package let key: BlobKey
    /// When its bytes were last written.
    package let modified: Timestamp
}
