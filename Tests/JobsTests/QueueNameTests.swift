import Foundation
import Jobs
import Testing

@Suite("The list of queues") struct QueueNameTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func lines(of file: String) throws -> [String] {
        try String(contentsOf: root.appending(path: file), encoding: .utf8).split(separator: "\n").map(String.init)
    }

    // S2-8, S2-158
    @Test func `is the Procfile: the API, one process per queue in order, the scheduler`() throws {
        let expected =
            [#"api: "$BIN/API""#] + QueueName.allCases.map(\.procfileLine) + [#"scheduler: "$BIN/Scheduler""#]
        #expect(try Self.lines(of: "Procfile") == expected)
    }

    // S2-155, S2-156
    @Test func `has queues for mails, notifications and media, with the names of the document's jobs`() {
        #expect(QueueName.email.rawValue == "email")
        #expect([SendWelcome.kind, SendPasswordReset.kind] == ["send-welcome", "send-reset-password"])
        #expect([SendWelcome.queue, SendPasswordReset.queue] == [.email, .email])
        #expect(Notify.queue == .notifications && QueueName.notifications.rawValue == "notifications")
        #expect([MakeAvatar.queue, MakePicture.queue] == [.images, .images] && ProbeTrack.queue == .audio)
    }

    @Test func `has a setting with its default for each queue in the example of settings`() throws {
        let lines = try Self.lines(of: ".env.example")
        for queue in QueueName.allCases {
            #expect(lines.contains("\(queue.concurrencySetting)=\(queue.defaultConcurrency)"))
        }
    }

    @Test func `gives a queue its default concurrency and a purpose`() {
        #expect(QueueName.maintenance.defaultConcurrency == 2)
        #expect(QueueName.counters.concurrencySetting == "WORKERS_COUNTERS")
        for queue in QueueName.allCases { #expect(queue.purpose.hasSuffix(".")) }
    }
}
