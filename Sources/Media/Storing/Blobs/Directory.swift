internal import CLinux
import Glibc

/// What the local store does with directories.
enum Directory {
    /// Creates a directory and its parents, for this user only. One that exists is fine.
    static func create(_ path: String) throws(BlobError) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw .current("mkdir")
        }
        try create(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .current("mkdir") }
    }

    /// Creates the directories that a key needs.
    /// - Returns: All directories from the root to the key, in this order. All of them must be flushed: another
    ///   thread may have created one a moment ago without having flushed it yet.
    static func chain(to key: BlobKey, below root: String) throws(BlobError) -> [String] {
        var directories = [root]
        var path = root
        for segment in key.segments.dropLast() {
            path += "/\(segment)"
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .current("mkdir") }
            directories.append(path)
        }
        return directories
    }

    /// Waits until the names in a directory are on the disk.
    static func flush(_ path: String) throws(BlobError) {
        let descriptor = clinux_open_directory(path)
        guard descriptor >= 0 else { throw .current("open directory") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .current("fsync directory") }
    }

    static func names(in path: String) throws(BlobError) -> [String] {
        try entries(in: path).map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    }

    /// The names in a directory; those of directories have a slash at their end.
    static func entries(in path: String) throws(BlobError) -> [String] {
        guard let directory = opendir(path) else { throw .current("opendir") }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            names.append(isDirectory(entry.pointee.d_type, "\(path)/\(name)") ? name + "/" : name)
        }
        return names
    }

    /// Most file systems say so while they list names; the others are asked.
    private static func isDirectory(_ type: UInt8, _ path: String) -> Bool {
        guard type == UInt8(DT_UNKNOWN) else { return type == UInt8(DT_DIR) }
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
