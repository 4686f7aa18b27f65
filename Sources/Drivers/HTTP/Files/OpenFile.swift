import Glibc

/// An open descriptor that closes itself.
package final class OpenFile: Sendable {
    let descriptor: CInt

    /// - Parameter descriptor: Open for reading; owned from here on.
    package init(owning descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
