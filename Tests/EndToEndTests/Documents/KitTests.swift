import Foundation
import TestSupport
import Testing

/// S0-112 to S0-118, S1-106, S1-107, S1-110: the kits for other programs' languages, with tests of their own that use a
/// product and compare the kits with its documents. A product of their own, so that they do not come last, one after
/// the other.
@Suite(.product, .showingOutput)
struct KitTests {
    let product = Product.current
    private static let kits =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../../sdk"

    @Test func `the tests of the Python kit pass`() async throws {
        let (exit, output) = try await shell("cd python && python3 -m unittest discover -s tests")
        #expect(exit == .code(0), "\(output)")
        #expect(output.contains(/Ran [1-9][0-9]* tests/), "\(output)")
    }

    @Test func `the TypeScript kit compiles strictly and its tests pass`() async throws {
        let (exit, output) = try await shell("cd typescript && tsc -p . && node --test tests/*.test.mjs")
        #expect(exit == .code(0), "\(output)")
        #expect(output.contains(/# pass [1-9]/), "\(output)")
    }

    // U-11: the names of its types are those of the document.
    @Test func `clients that published generators make of the document work`() async throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../.."
        let folder = "\(product.directory)/generated"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let (exit, output) = try await product.command(
            [
                "/usr/bin/python3", "-B", "\(tests)/TestSupport/generated_client.py",
                "http://127.0.0.1:\(product.client.port)", folder,
            ],
            environment: [
                "PATH": "/usr/bin:/bin", "HOME": product.directory, "LANG": "C.UTF-8",
                "PYTHONPATH": "\(tests)/../.build/generators",
            ])
        #expect(exit == .code(0) && output.contains("used "), "\(output)")
    }

    private func administrator() async throws -> TestUser {
        let user = try await TestUser.registerOnSocialPlay(at: product.client)
        let made = try await product.run("API", ["make-admin", user.username])
        #expect(made.exit == .code(0), "\(made.output)")
        return try await user.logInOnSocialPlay(at: product.client)
    }

    /// Runs a command on a copy of the kits, which may leave things behind. They meet rate limits at a product of
    /// their own.
    private func shell(_ command: String) async throws -> (exit: ChildProcess.Exit, output: String) {
        let folder = "\(product.directory)/sdk-\(UUID().uuidString.prefix(13))"
        var options = ProductOptions()
        options.isRateLimited = true
        options.kinds = [.api]
        let administrator = try await administrator()
        return try await Product.run(options) { limited in
            let environment = [
                "PATH": "/usr/bin:/bin", "HOME": product.directory, "LANG": "C.UTF-8",
                "SOCIALPLAY_URL": "http://127.0.0.1:\(product.client.port)",
                "SOCIALPLAY_LIMITED_URL": "http://127.0.0.1:\(limited.client.port)",
                "SOCIALPLAY_ADMIN_TOKEN": administrator.accessToken,
                "SOCIALPLAY_LARGE_TRACK": "\(FullSize.clientTrack)",
                "INTERNAL_API_TOKEN": try String(
                    contentsOfFile: "\(product.directory)/data/secrets/INTERNAL_API_TOKEN", encoding: .utf8),
            ]
            return try await product.command(
                ["/bin/sh", "-c", "cp -r '\(Self.kits)' '\(folder)' && cd '\(folder)' && \(command)"],
                environment: environment)
        }
    }
}
