package import Chassis
import Glibc
import Synchronization

/// A blob that is open for reading. Closes its file when it goes away, unless the descriptor was taken.
package final class OpenBlob: Sendable {
    package let byteCount: Int
    /// When the bytes were last written.
    package let modified: Timestamp
    private let descriptor: Mutex<Int32?>

    init(owning descriptor: Int32, byteCount: Int, modified: Timestamp) {
        self.descriptor = Mutex(descriptor)
        self.byteCount = byteCount
        self.modified = modified
    }

    deinit {
        if let descriptor = takeDescriptor() { close(descriptor) }
    }

    /// Hands over the file, at its first byte, open for reading: the caller closes it.
    /// - Returns: nil if it was handed over before.
    package func takeDescriptor() -> Int32? {
        descriptor.withLock { $0.take() }
    }
}
