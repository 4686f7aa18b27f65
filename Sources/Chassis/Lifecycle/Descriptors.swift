internal import CLinux

/// The number of files and connections that the process may have open.
package enum Descriptors {
    /// Raises it to what the system allows at most. Debian starts processes with 1,024, which a server that keeps
    /// thousands of idle connections has used up at once.
    /// - Returns: The number that holds now.
    @discardableResult
    package static func raiseLimit() -> Int {
        Int(clamping: clinux_raise_descriptor_limit())
    }
}
