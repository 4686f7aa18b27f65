import Foundation
import TestSupport
import Testing

/// `scripts/setup` on a machine whose package lists are missing, as a fresh one's are; with stand-ins for apt.
struct PackageInstallationTests {
    @Test(arguments: [
        // No list has the packages, both have them, one has one of them.
        ([], ["update -q", "install -q -y --no-install-recommends one two"]),
        (["one", "two"], ["install -q -y --no-install-recommends one two"]),
        (["one"], ["update -q", "install -q -y --no-install-recommends one two"]),
    ])
    func `the package lists are fetched before an installation that needs them`(
        known: [String], calls: [String]
    ) async throws {
        let folder = "/tmp/apt-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let policies = known.map { "echo '\($0):'; echo '  Candidate: 1.0'" }.joined(separator: "; ")
        let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../../scripts/lib"
        let child = try await ChildProcess.start(
            [
                "/bin/bash", "-euo", "pipefail", "-c",
                """
                stand_in() { printf '#!/bin/sh\\n%s\\n' "$2" >"\(folder)/$1" && chmod 755 "\(folder)/$1"; }
                stand_in apt-get 'echo "$@" >>\(folder)/calls'
                stand_in apt-cache "\(policies.isEmpty ? "true" : policies)"
                source '\(scripts)/console.sh'; source '\(scripts)/packages.sh'
                find_administrator_rights() { as_root=(); }
                forbid_services() { :; }
                allow_services() { :; }
                install_packages one two
                """,
            ], environment: ["PATH": "\(folder):/usr/bin:/bin"], output: "\(folder)/output")
        #expect(await child.exited() == .code(0))
        let called = try String(contentsOfFile: "\(folder)/calls", encoding: .utf8)
        #expect(called.split(separator: "\n").map(String.init) == calls)
    }
}
