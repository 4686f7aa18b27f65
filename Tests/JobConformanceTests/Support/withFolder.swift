import Foundation

/// Runs a body with a folder of its own, which is gone afterwards.
func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = "/tmp/redis-folder-\(UUID().uuidString.prefix(13))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
}
