import Chassis
import Domain
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
}
