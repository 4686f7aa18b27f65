import Glibc

/// A file that says that something has happened.
enum Mark {
    /// - Returns: Whether it was not there before.
    static func make(_ path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }
}
