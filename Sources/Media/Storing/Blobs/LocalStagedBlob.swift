internal import CLinux
import Glibc
import Synchronization

/// A file below `staging/` that becomes a blob by a rename.
final class LocalStagedBlob: StagedBlob {
    private struct State {
        /// nil once it was committed or discarded.
        var descriptor: Int32?
        var byteCount = 0
    }

    private let key: BlobKey
    private let path: String
    private let blobs: String
    private let state: Mutex<State>

    /// - Parameter staging: The folder of the file until the commit; its name there is random.
    init(_ key: BlobKey, in staging: String, blobs: String) throws(BlobError) {
        path = "\(staging)/\(UInt64.random(in: 0 ... .max))-\(UInt64.random(in: 0 ... .max))"
        let descriptor = clinux_open_create(path)
        guard descriptor >= 0 else { throw .currentOfCreation("create") }
        self.key = key
        self.blobs = blobs
        state = Mutex(State(descriptor: descriptor))
    }

    deinit { discard() }

    var byteCount: Int { state.withLock { $0.byteCount } }

    func append(_ bytes: [UInt8]) throws(BlobError) {
        try state.withLock { state throws(BlobError) in
            guard let descriptor = state.descriptor else { throw .finished }
            var written = 0
            while written < bytes.count {
                let count = bytes.withUnsafeBytes {
                    write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw .current("write") }
                written += count
                state.byteCount += count
            }
        }
    }

    func commit() throws(BlobError) {
        try state.withLock { state throws(BlobError) in
            guard let descriptor = state.descriptor else { throw .finished }
            guard fsync(descriptor) == 0 else { throw .current("fsync") }
            let directories = try Directory.chain(to: key, below: blobs)
            guard rename(path, "\(blobs)/\(key)") == 0 else { throw .current("rename") }
            close(descriptor)
            state.descriptor = nil
            for directory in directories.reversed() { try Directory.flush(directory) }
        }
    }

    func discard() {
        state.withLock { state in
            guard let descriptor = state.descriptor.take() else { return }
            close(descriptor)
            unlink(path)
        }
    }
}
