import Foundation

/// tuspy, a client of the resumable upload protocol tus, in a process of its own. `scripts/setup test` fetches it.
package enum TusClient {
    /// Uploads a file, however often the connection breaks.
    /// - Parameters:
    ///   - piece: The most bytes of one request.
    ///   - metadata: Each as `key=value`.
    /// - Returns: The path of the upload, and how many requests failed.
    package static func upload(
        _ file: String, piece: Int, hasChecksum: Bool, metadata: [String], to base: String, token: String,
        in product: Product
    ) async throws -> (path: String, failures: Int) {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let package = here.appending(path: "../../.build/tuspy").standardized.path
        let (exit, output) = try await product.command(
            [
                "/usr/bin/python3", here.path + "/tus_client.py", base, token, file, "\(piece)",
                hasChecksum ? "yes" : "no", "100",
            ] + metadata,
            environment: ["PATH": "/usr/bin:/bin", "PYTHONPATH": package, "LANG": "C.UTF-8"])
        let lines = output.split(separator: "\n")
        guard exit == .code(0), lines.count == 2, let failures = Int(lines[1]) else {
            throw Overdue(description: "tuspy ended, \(exit):\n\(output)")
        }
        return (String(lines[0]), failures)
    }
}
