import Domain
import Jobs
import Storage
import TestSupport
import Testing

@testable import Workers

/// A kind of notification is one descriptor: everything else follows it.
@Suite("A new kind of notification", .database)
struct NewKindTests {
    private static let kind = NotificationKind(rawValue: "mention")
    private static let setting = NotificationPreferences.Setting("mentions", methods: [.push, .email])
    private static let catalog = NotificationCatalog(
        NotificationCatalog.standard.descriptors + [
            NotificationDescriptor(
                kind, preference: setting, about: .message, obsolete: .messageRead,
                english: .english("{actor} mentioned you", group: "{actor} mentioned you {count} times"),
                russian: .russian("{actor}: упоминание о вас"))
        ])

    @Test func `has an inbox row, a push, a line in the digest and a preference`() async throws {
        let hook = try await WebHook.start()
        try await PoolHarness.open(["PUSH_WEBHOOK_URL": "\(hook.url)/push"]) { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let eva = try await pools.register("eva", language: .russian)
            for user in [bob, eva] {
                let message = try await pools.message(from: ada, to: user)
                try await pools.enqueue(Notify(Self.kind, to: user, by: ada, entity: message))
            }
            try await pools.runAll(Self.catalog)
            #expect(try await pools.inbox(bob).map(\.kind.rawValue) == ["mention"])
            let pushes = try await hook.kept().compactMap { $0["body"].text }
            #expect(pushes.contains { $0.contains(#""kind":"mention","title":"ada mentioned you""#) })
            #expect(pushes.contains { $0.contains(#""title":"ada: упоминание о вас""#) })
            let letter = try #require(
                pools.mailbox.decodedMail(to: "bob@b.example", "You have 1 new notification on SocialPlay").first)
            #expect(letter.text.contains("• ada mentioned you"))
            let russian = try #require(
                pools.mailbox.decodedMail(to: "eva@b.example", "У вас 1 новое уведомление в SocialPlay").first)
            #expect(russian.text.contains("• ada: упоминание о вас"))

            try await pools.choose(bob, in: Self.catalog) { $0[Self.setting].enabled = false }
            let message = try await pools.message(from: ada, to: bob)
            try await pools.enqueue(Notify(Self.kind, to: bob, by: ada, entity: message))
            try await pools.runAll(Self.catalog)
            #expect(try await pools.inbox(bob).count == 1)
        }
    }

    @Test func `waits in quiet hours, and is skipped once it is obsolete`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let read = try await pools.message(from: ada, to: bob)
            try await pools.markRead(message: read)
            try await pools.enqueue(Notify(Self.kind, to: bob, by: ada, entity: read))
            try await pools.runAll(Self.catalog)
            #expect(try await pools.inbox(bob).isEmpty)

            try await pools.choose(bob, quietHours: PoolHarness.quietNow)
            let message = try await pools.message(from: ada, to: bob)
            try await pools.enqueue(Notify(Self.kind, to: bob, by: ada, entity: message))
            let failure = try await pools.failure(Self.catalog)
            guard case .snooze = failure?.cause as? JobError else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(try await pools.inbox(bob).count == 1)
        }
    }

    @Test func `every kind has texts in every language`() {
        for descriptor in NotificationCatalog.standard.descriptors {
            for language in Language.allCases {
                let text = descriptor.text(in: language)
                #expect(!text.push(actor: "ada", title: "A title").isEmpty)
                #expect(!text.line(actor: nil, title: "A title").contains("{"))
            }
        }
        #expect(NotificationKind.all.count == 19)
        #expect(
            NotificationCatalog.standard.settings.map(\.key) == [
                "friendRequests", "friendRequestAccepted", "newMessages", "achievements", "likes", "comments",
                "follows",
                "mentions",
            ])
    }
}
