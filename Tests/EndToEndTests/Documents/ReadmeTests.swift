import Foundation
import TestSupport
import Testing

/// The commands of README.md, as a newcomer pastes them. They register names of their own, so they have a product of
/// their own.
@Suite(.showingOutput)
struct ReadmeTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../.."

    // S1-8, S1-41, S1-45, S1-59, S1-85, S1-93
    @Test func `the first session of the README works as it is pasted`() async throws {
        let readme = try String(contentsOfFile: "\(Self.root)/README.md", encoding: .utf8)
        let start = try #require(readme.range(of: "## A first session"))
        let blocks = readme[start.upperBound...].matches(of: /```sh\n((?s).*?)```/).map { String($0.1) }
        #expect(blocks.count == 4)
        try await Product.run { product in
            let folder = "\(product.directory)/session"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (name, target) in [(".data", "\(product.directory)/data"), ("docs", "\(Self.root)/docs")] {
                try FileManager.default.createSymbolicLink(
                    atPath: "\(folder)/\(name)", withDestinationPath: target)
            }
            let base = "http://127.0.0.1:\(product.client.port)"
            let session = blocks.joined().replacing("http://localhost:3000", with: base)
                .replacing("/tmp/", with: "\(folder)/")
            let (exit, output) = try await product.command(
                ["/usr/bin/timeout", "120", "/bin/bash", "-euc", "cd '\(folder)'\n\(session)"],
                environment: ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"])
            #expect(exit == .code(0), "\(output)")
            for answer in [
                #""displayName":"Ada Lovelace""#, #""action":"track_published""#, #""action":"profile_updated""#,
                #""isFollowing":true,"isOwnProfile":false"#, "/users?limit=1&cursor=", #""status":"accepted""#,
            ] { #expect(output.contains(answer), "\(answer) is not in\n\(output)") }
        }
    }
}
