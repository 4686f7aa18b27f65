internal import CLinux
import Glibc

/// A file without a name, for bytes on their way to or from an object store: it vanishes with its descriptor, however
/// the process ends.
enum ScratchFile {
    /// Returns a descriptor, open for reading and writing, that the caller closes.
    /// - Parameter folder: On a disk with room for the uploads that arrive at the same time, 16 MiB each.
    static func open(in folder: String) throws(BlobError) -> Int32 {
        let path = "\(folder)/\(UInt64.random(in: 0 ... .max))-\(UInt64.random(in: 0 ... .max))"
        let descriptor = clinux_open_scratch(path)
        guard descriptor >= 0 else { throw .currentOfCreation("create") }
        unlink(path)
        return descriptor
    }

    static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32, at offset: Int) throws(BlobError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written, off_t(offset + written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .current("write") }
            written += count
        }
    }
}
