import Chassis
import Domain
import Jobs
import Postgres
import Redis
import Storage
import TestSupport
import Testing

@testable import Features

/// U-17: the events of a user, read and waited for.
@Suite("Events", .database)
struct EventTests {
    // U-6
    @Test func `a client reads what it missed, and waits for the next event`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let begin = try await features.events.read(after: nil, waiting: .seconds(25), by: bob)
            #expect(begin.events.isEmpty && begin.position.sequence == 2 && !begin.isResync)
            let message = try await features.send("Hello", from: ada, to: bob)
            let page = try await features.events.read(after: begin.position, waiting: .seconds(25), by: bob)
            guard case .newMessage(let got) = try #require(page.events.first).content else {
                Issue.record("\(page.events)")
                return
            }
            #expect(got.id == message.id && got.content == "Hello" && page.events.count == 1)
            #expect(page.position == page.events[0].position)
            let none = try await features.events.read(after: page.position, waiting: .milliseconds(1), by: bob)
            #expect(none.events.isEmpty && none.position == page.position)
            let unknown = EventPosition(sequence: 1, microseconds: 1)
            let resync = try await features.events.read(after: unknown, waiting: .seconds(25), by: bob)
            #expect(resync.isResync && resync.position == page.position && resync.events.isEmpty)
        }
    }

    @Test func `an event of another process ends a wait`() async throws {
        try await FeatureHarness.openParallel(2) { processes in
            let (waiting, other) = (processes[0], processes[1])
            let (ada, bob) = try await other.twoFriends()
            try await waiting.withSignals {
                let position = try await waiting.events.read(after: nil, waiting: .zero, by: bob).position
                async let next = waiting.events.read(after: position, waiting: .seconds(25), by: bob)
                try await waiting.isSubscribed(to: bob)
                _ = try await other.send("Hello", from: ada, to: bob)
                let page = try await next
                #expect(page.events.count == 1)
                // The channel stays for the next request, which needs no second read.
                async let second = waiting.events.read(after: page.position, waiting: .seconds(25), by: bob)
                _ = try await other.send("Hello again", from: ada, to: bob)
                #expect(try await second.events.count == 1)
            }
        }
    }

    @Test func `an event that is no client's does not end a wait, and is passed over`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            try await features.withSignals {
                async let next = features.events.read(after: .start, waiting: .seconds(25), by: bob)
                try await features.isSubscribed(to: bob)
                try await features.friends.blocks.block(bob.user, by: ada)
                try await features.friends.blocks.unblock(bob.user, by: ada)
                _ = try await features.messages.send(
                    MessageDraft(
                        to: bob.user, content: MessageText("Hello"), idempotencyKey: nil, requiresFriendship: false),
                    by: ada)
                let page = try await next
                #expect(page.events.map(\.position.sequence) == [3])
                let all = try await features.events.read.page(after: .start, of: bob.user, limit: 10)
                #expect(all.events.count == 3)
            }
        }
    }

    @Test func `an event whose message was lost is found by the check of the log`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let check = EventGapCheck(
                on: features.loop, UserEventLog(features.database), [features.events.signals],
                longestTransaction: .seconds(5), interval: .milliseconds(500))
            try await check.start()
            try await features.withSignals {
                let position = try await features.events.read(after: nil, waiting: .zero, by: bob).position
                async let next = features.events.read(after: position, waiting: .seconds(25), by: bob)
                try await features.isSubscribed(to: bob)
                // As by a process that dies behind the commit.
                _ = try await MessageStore(features.database).send(
                    NewMessage(
                        from: ada.user, to: bob.user, "Hello", needsFriendship: false, in: FeatureHarness.id(),
                        enqueuing: OutboxJob(id: FeatureHarness.id(), queue: "q", kind: "k", payload: "{}")))
                #expect(try await next.events.count == 1)
            }
            await check.stop()
        }
    }

    @Test func `without messages of Redis an event is found within seconds, and a flush loses none`() async throws {
        let server = try await RedisServer()
        let proxy = try FaultProxy(to: server.port)
        try await FeatureHarness.open(redisAt: proxy.port) { features in
            let (ada, bob) = try await features.twoFriends()
            let check = EventGapCheck(
                on: features.loop, UserEventLog(features.database), [features.events.signals],
                longestTransaction: .seconds(5))
            try await check.start()
            try await features.withSignals(redisAt: proxy.port) {
                let position = try await features.events.read(after: nil, waiting: .zero, by: bob).position
                async let first = features.events.read(after: position, waiting: .seconds(25), by: bob)
                try await features.isSubscribed(to: bob)
                proxy.beSilent(true)
                try await eventually("the silence is noticed") { features.events.signals.isSuspect }
                _ = try await features.send("Hello", from: ada, to: bob)
                let page = try await first
                #expect(page.events.count == 1)
                proxy.beSilent(false)
                try await eventually("Redis answers") {
                    (try? await features.redis.command(["FLUSHALL"])) != nil
                }
                async let second = features.events.read(after: page.position, waiting: .seconds(25), by: bob)
                _ = try await features.send("Hello again", from: ada, to: bob)
                #expect(try await second.events.count == 1)
            }
            await check.stop()
        }
    }

    // U-2
    @Test func `a wait ends with its session, with its client and with the process`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            let bob = try await features.user("bob")
            try await features.withSignals {
                let signals = features.events.signals
                async let refused = expect(.tokenInvalid, .unauthenticated) {
                    try await features.events.read(after: .start, waiting: .seconds(25), by: ada.caller)
                }
                try await eventually("it waits") { signals.waits == 1 }
                try await features.accounts.logOut(ada.tokens.refresh)
                #expect(await refused != nil)
                await expect(.tokenInvalid) {
                    try await features.events.read(after: .start, waiting: .seconds(25), by: ada.caller)
                }
                let gone = Task(executorPreference: features.loop) {
                    try await features.events.read(after: .start, waiting: .seconds(25), by: bob)
                }
                try await eventually("it waits") { signals.waits == 1 }
                gone.cancel()
                #expect(try await gone.value.events.isEmpty)
                #expect(signals.waits == 0)
                async let last = features.events.read(after: .start, waiting: .seconds(25), by: bob)
                try await eventually("it waits") { signals.waits == 1 }
                signals.endAll()
                #expect(try await last.events.isEmpty)
                #expect(try await features.events.read(after: .start, waiting: .seconds(25), by: bob).events.isEmpty)
            }
        }
    }

    @Test func `fifty requests of a user may wait, and another user's too`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            try await features.withSignals {
                let signals = features.events.signals
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<51 {
                        let user = number < 50 ? ada : bob
                        group.addTask(executorPreference: features.loop) {
                            _ = try await features.events.read(after: .start, waiting: .seconds(25), by: user)
                        }
                    }
                    try await eventually("all wait") { signals.waits == 51 }
                    let error = await expect(.rateLimited, .rateLimited) {
                        try await features.events.read(after: .start, waiting: .seconds(25), by: ada)
                    }
                    #expect(error?.retryAfterSeconds == 1)
                    // Reading alone is always possible.
                    _ = try await features.events.read(after: .start, waiting: .zero, by: ada)
                    signals.endAll()
                    try await group.waitForAll()
                }
                #expect(signals.waits == 0)
            }
        }
    }

    // U-7
    @Test func `friends are shown as they are now, and only while they are`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let request = try await features.friends.sendRequest(to: bob.user, message: nil, by: ada)
            var page = try await features.events.read(after: .start, waiting: .zero, by: bob)
            guard case .friendsChanged(.requested, request.id, ada.user, let card) = page.events.first?.content else {
                Issue.record("\(page.events)")
                return
            }
            #expect(card?.username == "ada")
            _ = try await features.friends.respond.accept(request.id, by: bob)
            page = try await features.events.read(after: .start, waiting: .zero, by: ada)
            guard page.events.count == 1,
                case .friendsChanged(.accepted, request.id, bob.user, _?) = page.events.first?.content
            else {
                Issue.record("\(page.events)")
                return
            }
            try await features.friends.remove(bob.user, by: ada)
            page = try await features.events.read(after: .start, waiting: .zero, by: bob)
            guard page.events.count == 1,
                case .friendsChanged(.removed, nil, ada.user, nil) = page.events.first?.content
            else {
                Issue.record("\(page.events)")
                return
            }
        }
    }

    // S2-121 to S2-125
    @Test func `notifications are entries of the inbox, and events when they are read`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            var ids: [NotificationID] = []
            for number in 0..<4 {
                let new = NewNotification(
                    id: FeatureHarness.id(), user: bob.user,
                    try #require(NotificationCatalog.standard[.friendRequestAccepted]), actor: ada.user,
                    entity: ada.user.identifier, title: nil, event: "e\(number)")
                let job = OutboxJob(id: FeatureHarness.id(), queue: "q", kind: "k", payload: "{}")
                _ = try await Outbox(features.database).add([job])
                _ = try await NotificationStore(features.database).create(
                    new, push: nil, digest: nil, finishing: job.id)
                ids.append(new.id)
            }
            var page = try await features.events.read(after: .start, waiting: .zero, by: bob)
            guard page.events.count == 4, case .notification(let entry) = page.events[0].content else {
                Issue.record("\(page.events)")
                return
            }
            #expect(entry.id == ids[0] && entry.content == "ada is now your friend" && entry.others == 0)
            #expect(entry.readAt == nil && entry.actor?.username == "ada")
            let position = page.position
            try await features.notifications.inbox.markRead(ids[0], by: bob)
            try await features.notifications.inbox.markRead(ids[0], by: bob)
            _ = try await features.notifications.groups.markRead(ids[1], by: bob)
            try await features.notifications.groups.markAllRead(by: bob)
            try await features.notifications.groups.markAllRead(by: bob)
            page = try await features.events.read(after: position, waiting: .zero, by: bob)
            #expect(page.events.count == 3)
            guard case .notificationRead(ids[0], isGroup: false) = page.events[0].content,
                case .notificationRead(ids[1], isGroup: true) = page.events[1].content,
                case .allNotificationsRead = page.events[2].content
            else {
                Issue.record("\(page.events)")
                return
            }
            // What a block hides is not shown of the past.
            try await features.friends.blocks.block(ada.user, by: bob)
            page = try await features.events.read(after: .start, waiting: .zero, by: bob)
            #expect(page.events.count == 3)
        }
    }

    // S2-119
    @Test func `a request that is answered and a message that is read take their notification with them`() async throws
    {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let request = try await features.friends.sendRequest(to: bob.user, message: nil, by: ada)
            try await features.notify(.friendRequest, to: bob.user, by: ada.user, about: request.id.identifier)
            _ = try await features.friends.respond.accept(request.id, by: bob)
            let message = try await features.send("Hello", from: ada, to: bob)
            try await features.notify(.newMessage, to: bob.user, by: ada.user, about: message.id.identifier)
            try await features.messages.read.markRead(message.id, by: bob)
            let page = try await features.events.read.page(after: .start, of: bob.user, limit: 20)
            let read = page.events.filter { if case .notificationRead = $0.content { true } else { false } }
            #expect(read.count == 2)
            #expect(page.position.sequence == 8)
        }
    }

    @Test func `a message that a moderator removes is deleted for both`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let moderator = try await features.moderator("mod")
            let message = try await features.send("Hello", from: ada, to: bob)
            let its = try await features.openCase(of: .message, message.id, by: bob, for: moderator)
            try await features.moderation.act(.remove("Rude"), on: its, by: moderator)
            for user in [ada, bob] {
                let page = try await features.events.read(after: .start, waiting: .zero, by: user)
                guard case .messageDeleted(message.id) = page.events.last?.content else {
                    Issue.record("\(page.events)")
                    return
                }
            }
        }
    }
}

extension FeatureHarness {
    /// Runs a body with the subscription of the events.
    fileprivate func withSignals(
        redisAt port: Int? = nil, _ body: () async throws -> Void
    ) async throws {
        let url = try port.map { "redis://127.0.0.1:\($0)" } ?? TestServers.redisURL
        var settings = try RedisSettings(url: url, prefix: redis.key(""))
        if port != nil { settings.commandTimeout = .milliseconds(500) }
        events.signals.start(settings, log: Log(level: .error, format: .text, to: .standardError))
        do { try await body() } catch {
            await events.signals.close()
            throw error
        }
        await events.signals.close()
    }

    fileprivate func isSubscribed(to user: Caller) async throws {
        let channel = redis.key(UserEventChannel.name(of: user.user))
        try await eventually("the channel is subscribed") {
            let reply = try await redis.command(["PUBSUB", "NUMSUB", RedisArgument(channel)])
            return reply.array?.last?.integer == 1
        }
    }

    fileprivate func notify(
        _ kind: NotificationKind, to user: UserID, by actor: UserID, about entity: Identifier
    ) async throws {
        let new = NewNotification(
            id: FeatureHarness.id(), user: user, try #require(NotificationCatalog.standard[kind]), actor: actor,
            entity: entity, title: nil, event: "\(kind.rawValue):\(entity)")
        let job = OutboxJob(id: FeatureHarness.id(), queue: "q", kind: "k", payload: "{}")
        _ = try await Outbox(database).add([job])
        _ = try await NotificationStore(database).create(new, push: nil, digest: nil, finishing: job.id)
    }
}
