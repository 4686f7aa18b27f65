import Chassis
import Foundation
import Mail
import Testing

@Suite struct MailFolderTests {
    private let directory = FileManager.default.temporaryDirectory.path + "/mail-\(UUID().uuidString)"

    @Test func `a message becomes a file named for its id`() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let message = try testMail(id: "job-1", subject: "Привет", html: "<p>Привет</p>")
        try await MailFolder(directory: directory).sendOnThread(message)
        #expect(try files() == ["job-1.eml"])
        #expect(try content("job-1.eml") == message.rendered())
    }

    @Test func `the same message again replaces its file`() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let folder = MailFolder(directory: directory)
        try await folder.sendOnThread(try testMail(id: "job-1", subject: "First"))
        let second = try testMail(id: "job-1", subject: "Second")
        try await folder.sendOnThread(second)
        #expect(try files() == ["job-1.eml"])
        #expect(try content("job-1.eml") == second.rendered())
    }

    @Test func `several threads write the same and other messages at once`() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let folder = MailFolder(directory: directory)
        let messages = try (0..<5).map {
            try testMail(id: "job-\($0)", text: String(repeating: "text\n", count: 5_000))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for message in messages + messages + messages { group.addTask { try await folder.sendOnThread(message) } }
            try await group.waitForAll()
        }
        #expect(try files() == messages.map { $0.id + ".eml" })
        for message in messages { #expect(try content(message.id + ".eml") == message.rendered()) }
    }

    @Test func `a folder that cannot be created is a condition and leaves nothing behind`() async throws {
        let folder = MailFolder(directory: directory + "/missing/folder")
        let failure = try await folder.failure(of: try testMail())
        #expect(
            failure == .unavailable(.storeUnavailable, "The mail folder is not writable: No such file or directory"))
        #expect(!FileManager.default.fileExists(atPath: directory))
    }

    private func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: directory).sorted() }

    private func content(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name)))
    }
}
