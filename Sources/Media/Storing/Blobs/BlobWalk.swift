import Chassis
import Glibc

/// Collects a page of the files below a folder, in the order of their whole keys, which is the order of a walk that
/// sorts a folder as its name and a slash.
struct BlobWalk {
    private let root: String
    private let last: String
    private let limit: Int
    private(set) var found: [StoredBlob] = []

    /// - Parameter last: The key after which the page begins.
    init(root: String, after last: BlobKey?, limit: Int) {
        self.root = root
        self.last = last?.description ?? ""
        self.limit = limit
    }

    /// - Parameter folder: Empty for the root, else with a slash at its end.
    mutating func visit(_ folder: String = "") throws(BlobError) {
        for name in try names(in: folder) where found.count < limit {
            let path = folder + name
            if name.hasSuffix("/") {
                // A folder that sorts before the last key holds only earlier keys, unless it contains the last key.
                if path > last || last.hasPrefix(path) { try visit(path) }
            } else if path > last, let key = BlobKey(path), let modified = modified(path) {
                found.append(StoredBlob(key: key, modified: modified))
            }
        }
    }

    /// Returns an empty list for a folder that was removed during the walk.
    private func names(in folder: String) throws(BlobError) -> [String] {
        do {
            return try Directory.entries(in: root + "/" + folder).sorted()
        } catch BlobError.notFound {
            return []
        }
    }

    private func modified(_ path: String) -> Timestamp? {
        var status = stat()
        guard lstat("\(root)/\(path)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Timestamp(
            microseconds: Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1_000)
    }
}
