import Glibc

/// A file to which whole lines are appended, each in one write, so that processes do not mix theirs.
struct LineFile: Sendable {
    /// The file cannot be opened; the code is an `errno`.
    struct Failure: Error {
        let code: CInt
    }
    private let descriptor: CInt

    init(_ path: String) throws(Failure) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure(code: errno) }
    }

    func append(_ text: String) {
        var text = text
        let written = text.withUTF8 { write(descriptor, $0.baseAddress, $0.count) }
        precondition(written == text.utf8.count, "cannot append to the file of lines")
    }
}

/// A file that records that something has happened.
enum Mark {
    /// Creates the file.
    /// - Returns: Whether it did not exist before.
    static func make(_ path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }
}
