internal import CLinux
import Glibc

/// The directory operations of the local store.
enum Directory {
    /// Creates a directory and its parents, with access for this user only. An existing directory is not an error.
    static func create(_ path: String) throws(BlobError) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw .currentOfCreation("mkdir")
        }
        try create(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .currentOfCreation("mkdir") }
    }

    /// Creates the directories of a key.
    /// - Returns: All directories from the root to the key, in this order. All of them must be flushed: another thread
    ///   may have created one and not yet flushed it.
    static func chain(to key: BlobKey, below root: String) throws(BlobError) -> [String] {
        var directories = [root]
        var path = root
        for segment in key.segments.dropLast() {
            path += "/\(segment)"
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .currentOfCreation("mkdir") }
            directories.append(path)
        }
        return directories
    }

    /// Waits until the entries of a directory are on the disk.
    static func flush(_ path: String) throws(BlobError) {
        let descriptor = clinux_open_directory(path)
        guard descriptor >= 0 else { throw .currentOfCreation("open directory") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .current("fsync directory") }
    }

    static func names(in path: String) throws(BlobError) -> [String] {
        try entries(in: path).map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    }

    /// Returns the names in a directory; those of directories end with a slash.
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

    /// Returns whether an entry is a directory. A few file systems do not report the type in a listing: then `lstat`
    /// does.
    private static func isDirectory(_ type: UInt8, _ path: String) -> Bool {
        guard type == UInt8(DT_UNKNOWN) else { return type == UInt8(DT_DIR) }
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
