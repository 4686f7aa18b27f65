import Glibc

/// A file that cannot be made or read.
struct FileProblem: Error, CustomStringConvertible {
    let path: String
    let code: CInt

    var description: String { "\(path): \(String(cString: strerror(code)))" }
}
