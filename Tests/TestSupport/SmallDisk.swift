import Foundation

/// A file system in memory of a few megabytes, mounted while a body runs. Only root can mount.
package enum SmallDisk {
    /// Whether the system lets this process mount file systems.
    package static let isPossible: Bool = {
        let probe = "/tmp/small-disk-\(UUID().uuidString)"
        guard (try? FileManager.default.createDirectory(atPath: probe, withIntermediateDirectories: true)) != nil,
            (try? runProgram(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", probe])) != nil
        else { return false }
        try? runProgram(["umount", probe])
        try? FileManager.default.removeItem(atPath: probe)
        return true
    }()

    /// Mounts it at a path, runs a body, and unmounts it whatever happens.
    package static func mounted<Value>(
        at path: String, megabytes: Int, _ body: () async throws -> Value
    ) async throws -> Value {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try runProgram(["mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path])
        // Lazily: processes of the product still use it.
        defer { try? runProgram(["umount", "--lazy", path]) }
        return try await body()
    }
}
