import Glibc

/// The product's programs, which the build puts beside the tests.
package enum ProductExecutable {
    /// The path of a program, such as `API`.
    package static func path(_ name: String) -> String { "\(directory)/\(name)" }

    private static let directory: String = {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        let own = String(decoding: path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/").dropLast().map { "/\($0)" }.joined()
    }()
}
