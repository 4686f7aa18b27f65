import Foundation
import Testing

/// S2-2: modules depend on one another in one direction. The build refuses imports that Package.swift does not list;
/// this refuses a list that would let a surface or a rule reach past the room below it.
@Suite struct ModuleTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    private func imports(below folder: String) throws -> [String: Set<String>] {
        let root = Self.sources.appending(path: folder)
        let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        #expect(paths.count > 10, "\(folder) has no files")
        var imports: [String: Set<String>] = [:]
        for path in paths where path.hasSuffix(".swift") {
            let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
            for line in text.split(separator: "\n") {
                guard let match = line.prefixMatch(of: /(?:package |internal |private )?import ([A-Za-z]+)/) else {
                    continue
                }
                imports[String(match.1), default: []].insert(path)
            }
        }
        return imports
    }

    @Test(arguments: [
        ("API/Surfaces", ["Storage", "Jobs", "Postgres", "Redis", "Workers"]),
        ("Features", ["API", "HTTP", "Workers", "Scheduler"]),
        ("Workers", ["API", "Scheduler"]),
        ("Storage", ["API", "HTTP", "Features", "Workers", "Jobs", "Redis"]),
        ("Jobs", ["API", "HTTP", "Features", "Workers"]),
        ("Domain", ["API", "HTTP", "Features", "Workers", "Storage", "Jobs", "Postgres", "Redis", "Chassis"]),
    ])
    func `no room imports one above it`(room: String, forbidden: [String]) throws {
        let imports = try imports(below: room)
        for module in forbidden { #expect(imports[module] == nil, "\(room) imports \(module)") }
    }
}
