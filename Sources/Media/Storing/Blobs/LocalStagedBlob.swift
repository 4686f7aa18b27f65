internal import CLinux
import Glibc
import Synchronization

/// A file without a name below `staging/` that becomes a blob when it gets the name of its key. Because it has none
/// before, the kernel removes it when its process dies. On a file system without such files (NFS) it has a random name
/// there; ``LocalBlobStore/removeStale(olderThan:)`` finds what a dead process left.
final class LocalStagedBlob: StagedBlob {
    private struct State {
        /// nil once it was committed or discarded.
        var descriptor: Int32?
        /// nil while it has no name.
        var path: String?
        var byteCount = 0
    }

    private let key: BlobKey
    private let staging: String
    private let blobs: String
    private let state: Mutex<State>

    /// A file gets its name through here.
    private static let hasDescriptorFiles = access("/proc/self/fd", F_OK) == 0

    /// - Parameter staging: The folder of the file until the commit.
    init(_ key: BlobKey, in staging: String, blobs: String) throws(BlobError) {
        self.key = key
        self.staging = staging
        self.blobs = blobs
        var state = State()
        if Self.hasDescriptorFiles {
            let descriptor = clinux_open_unnamed(staging)
            guard descriptor >= 0 || errno == EOPNOTSUPP || errno == EISDIR else { throw .currentOfCreation("create") }
            if descriptor >= 0 { state.descriptor = descriptor }
        }
        if state.descriptor == nil {
            let path = Self.newPath(in: staging)
            let descriptor = clinux_open_create(path)
            guard descriptor >= 0 else { throw .currentOfCreation("create") }
            state.descriptor = descriptor
            state.path = path
        }
        self.state = Mutex(state)
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
            try name(&state, descriptor)
            close(descriptor)
            state.descriptor = nil
            for directory in directories.reversed() { try Directory.flush(directory) }
        }
    }

    /// Gives the file the name of its key. A link does not replace a file, so that a file that replaces another gets a
    /// name in `staging/` first.
    private func name(_ state: inout State, _ descriptor: Int32) throws(BlobError) {
        let target = "\(blobs)/\(key)"
        if state.path == nil {
            if clinux_link_unnamed(descriptor, target) == 0 { return }
            guard errno == EEXIST else { throw .current("link") }
            let path = Self.newPath(in: staging)
            guard clinux_link_unnamed(descriptor, path) == 0 else { throw .current("link") }
            state.path = path
        }
        guard let path = state.path, rename(path, target) == 0 else { throw .current("rename") }
    }

    func discard() {
        state.withLock { state in
            guard let descriptor = state.descriptor.take() else { return }
            close(descriptor)
            if let path = state.path { unlink(path) }
        }
    }

    private static func newPath(in staging: String) -> String {
        "\(staging)/\(UInt64.random(in: 0 ... .max))-\(UInt64.random(in: 0 ... .max))"
    }
}
