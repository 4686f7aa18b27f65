import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// S0-86 to S0-88, S0-129 to S0-134: who is notified, and by which methods.
@Suite("Notify", .database)
struct NotifyTests {
    @Test func `creates an inbox row, a push and a digest, as the defaults say`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let request = try await pools.request(from: ada, to: bob)
            try await pools.run(Notify(.friendRequest, to: bob, by: ada, entity: request))
            let inbox = try await pools.inbox(bob)
            #expect(inbox.map(\.kind) == [.friendRequest])
            #expect(inbox.first?.actor == ada)
            #expect(inbox.first?.actorName == "ada")
            #expect(inbox.first?.entity == request)
            #expect(try await Set(pools.inline.enqueuedKinds()) == [SendPush.kind, SendDigest.kind])
        }
    }

    @Test(arguments: [true, false])
    func `pushes as the started process of deliveries has a service for them`(isSet: Bool) async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let request = try await pools.request(from: ada, to: bob)
            try await PushServiceRecorder(context: pools.context, isSet: isSet, log: pools.log).start()
            try await pools.run(Notify(.friendRequest, to: bob, by: ada, entity: request))
            #expect(try await pools.inbox(bob).count == 1)
            #expect(try await pools.inline.enqueued(SendPush.self).count == (isSet ? 1 : 0))
            #expect(try await pools.inline.enqueued(SendDigest.self).count == 1)
        }
    }

    @Test func `notifies of one event once`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let request = try await pools.request(from: ada, to: bob)
            for _ in 0..<3 { try await pools.run(Notify(.friendRequest, to: bob, by: ada, entity: request)) }
            #expect(try await pools.inbox(bob).count == 1)
            #expect(try await pools.inline.enqueued(SendPush.self).count == 1)
        }
    }

    @Test func `creates no notification about what a muted user does`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            #expect(try await MuteStore(pools.context.database).mute(ada, by: bob) == nil)
            let request = try await pools.request(from: ada, to: bob)
            try await pools.run(Notify(.friendRequest, to: bob, by: ada, entity: request))
            #expect(try await pools.inbox(bob).isEmpty)
            #expect(try await pools.inline.enqueuedKinds().isEmpty)
        }
    }

    @Test func `follows the preferences`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            try await pools.choose(bob) {
                $0[.achievements].enabled = false
                $0[.friendRequestAccepted].methods = []
            }
            try await pools.run(Notify(.achievement, to: bob, by: nil, entity: ada.identifier, title: "First friend"))
            #expect(try await pools.inbox(bob).isEmpty)
            try await pools.run(Notify(.friendRequestAccepted, to: bob, by: ada, entity: ada.identifier))
            #expect(try await pools.inbox(bob).count == 1)
            #expect(try await pools.inline.enqueuedKinds().isEmpty)
            try await pools.choose(bob, wantsEmail: false)
            let request = try await pools.request(from: ada, to: bob)
            try await pools.run(Notify(.friendRequest, to: bob, by: ada, entity: request))
            #expect(try await pools.inline.enqueuedKinds() == [SendPush.kind])
        }
    }

    // S0-132
    @Test func `does not push a message to a user who is online`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let presence = PresenceStore(pools.context.redis)
            let session = PresenceSession(user: bob, device: "phone")
            try await presence.record(
                .online(game: nil), of: session, for: .seconds(60), awayAfter: .seconds(60))
            let seen = try await pools.message(from: ada, to: bob)
            try await pools.run(Notify(.newMessage, to: bob, by: ada, entity: seen))
            #expect(try await pools.inbox(bob).count == 1)
            #expect(try await pools.inline.enqueuedKinds().isEmpty)
            _ = try await presence.end(session)
            let unseen = try await pools.message(from: ada, to: bob)
            try await pools.run(Notify(.newMessage, to: bob, by: ada, entity: unseen))
            #expect(try await pools.inbox(bob).count == 2)
            #expect(try await pools.inline.enqueuedKinds() == [SendPush.kind])
        }
    }

    @Test func `skips what is obsolete, and users who block each other`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let eve = try await pools.register("eve")
            let read = try await pools.message(from: ada, to: bob)
            try await pools.markRead(message: read)
            try await pools.run(Notify(.newMessage, to: bob, by: ada, entity: read))
            try await pools.run(Notify(.friendRequest, to: bob, by: ada, entity: ada.identifier))
            _ = try await pools.context.database.write(
                Statement("test_block", "INSERT INTO blocks (blocker_id, blocked_id) VALUES ($1, $2)"),
                [.id(bob), .id(eve)])
            let message = try await pools.message(from: eve, to: bob)
            try await pools.run(Notify(.newMessage, to: bob, by: eve, entity: message))
            #expect(try await pools.inbox(bob).isEmpty)
            #expect(try await pools.inline.enqueuedKinds().isEmpty)
        }
    }

    @Test func `push and digest wait for the end of the quiet hours`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            try await pools.choose(bob, quietHours: PoolHarness.quietNow)
            let request = try await pools.request(from: ada, to: bob)
            try await pools.run(Notify(.friendRequest, to: bob, by: ada, entity: request))
            for kind in [SendPush.kind, SendDigest.kind] {
                let error = await #expect(throws: InlineJobs.Failure.self) {
                    try await pools.inline.runAll(try pools.handlers().filter { $0.kind == kind })
                }
                guard case .snooze(let time) = error?.cause as? JobError else {
                    Issue.record("\(kind): \(String(describing: error))")
                    continue
                }
                #expect(time > .seconds(58 * 60) && time <= .seconds(60 * 60))
            }
            #expect(pools.mailbox.mail(to: "bob@b.example").isEmpty)
            try await pools.choose(bob, quietHours: nil)
            try await pools.runAll()
            #expect(pools.mailbox.mail(to: "bob@b.example").count == 1)
        }
    }

    @Test func `a kind that this version does not know is left to a newer worker`() async throws {
        try await PoolHarness.open { pools in
            let bob = try await pools.register("bob")
            try await pools.enqueue(
                Notify(NotificationKind(rawValue: "poke"), to: bob, by: nil, entity: bob.identifier))
            let failure = try await pools.failure()
            guard case .unsupported(let reason) = failure?.cause as? JobError else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(reason.contains("poke"))
        }
    }
}
