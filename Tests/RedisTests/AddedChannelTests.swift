import Chassis
import Synchronization
import TestSupport
import Testing

@testable import Redis

/// Channels that are added to a subscription, and removed from it.
struct AddedChannelTests {
    @Test func `messages of an added channel arrive, and none after its removal`() async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                let seen = Seen()
                let subscription = seen.subscribe(on: loop, try RedisPrefix.settings(), [redis.key("static")])
                let channel = redis.key("a")
                subscription.add(channel)
                subscription.add(channel)
                try await eventually("it is added") { seen.added == [channel] }
                #expect(try await redis.command(["PUBLISH", RedisArgument(channel), "1"]) == .integer(1))
                subscription.remove(channel)
                try await eventually("it is removed") {
                    try await redis.command(["PUBSUB", "NUMSUB", RedisArgument(channel)]).array?.last == .integer(0)
                }
                // Removed and added in one turn, and again behind the confirmation.
                subscription.add(channel)
                subscription.remove(channel)
                subscription.add(channel)
                try await eventually("it is added again") { seen.added == [channel, channel] }
                subscription.remove(channel)
                subscription.add(channel)
                subscription.remove(channel)
                loop.atEndOfTurn { subscription.add(channel) }
                try await eventually("a message arrives") {
                    _ = try await redis.command(["PUBLISH", RedisArgument(channel), "2"])
                    return seen.messages.contains("\(channel) 2")
                }
                #expect(seen.messages.first == "\(channel) 1")
                await subscription.close()
            }
        }
    }

    @Test func `two thousand channels are subscribed again after a restart of the server`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let settings = try settings(server.url, timeout: .seconds(2))
            let seen = Seen()
            let subscription = seen.subscribe(on: loop, settings, ["static"])
            let channels = (0..<2_000).map { "c\($0)" }
            for channel in channels { subscription.add(channel) }
            try await eventually("all are added") { seen.added.count == 2_000 }
            subscription.remove("c7")
            await server.kill()
            try await server.restart()
            try await eventually("all are added again") { seen.added.count == 3_999 }
            let redis = Redis(on: loop, settings: settings, log: quiet)
            redis.start()
            await redis.connected()
            #expect(try await redis.command(["PUBLISH", "c1999", "x"]) == .integer(1))
            #expect(try await redis.command(["PUBLISH", "c7", "x"]) == .integer(0))
            try await eventually("the message arrives") { seen.messages == ["c1999 x"] }
            await redis.close()
            await subscription.close()
        }
    }

    @Test func `a channel is subscribed again only behind the reply to its removal`() {
        let channels = Steps()
        channels.added.add("a")
        #expect(channels.join() == ["a"])
        #expect(channels.join() == [])
        channels.added.remove("a")
        #expect(channels.confirm("a") == false)
        #expect(channels.leave() == ["a"])
        channels.added.add("a")
        #expect(channels.join() == [])
        channels.added.unsubscribed("a")
        #expect(channels.join() == ["a"])
        #expect(channels.confirm("a"))
        #expect(channels.confirm("a") == false)
        channels.added.remove("a")
        channels.added.add("a")
        #expect(channels.leave() == [])
        #expect(channels.join() == [])
        channels.added.remove("a")
        channels.added.add("b")
        #expect(channels.leave() == ["a"])
        #expect(channels.join() == ["b"])
        channels.added.unsubscribed("a")
        #expect(!channels.added.contains("a") && channels.added.contains("b"))
        for number in 0..<501 { channels.added.add("n\(number)") }
        #expect(channels.join() == [])
        #expect(channels.confirm("b"))
        #expect(channels.join().count == AddedChannels.longestStep)
    }

    /// A class, because an expectation cannot change a value.
    private final class Steps {
        var added = AddedChannels()
        func join() -> [String] { added.nextJoining() }
        func leave() -> [String] { added.nextLeaving() }
        func confirm(_ name: String) -> Bool { added.subscribed(name) }
    }
}

/// What a subscription has reported.
private final class Seen: Sendable {
    private let state = Mutex<(added: [String], messages: [String])>(([], []))
    var added: [String] { state.withLock { $0.added } }
    var messages: [String] { state.withLock { $0.messages } }

    func subscribe(on loop: EventLoop, _ settings: RedisSettings, _ channels: [String]) -> RedisSubscription {
        let subscription = RedisSubscription(
            on: loop, settings: settings, channels: channels, log: quiet, onSubscribed: {},
            onMessage: { channel, bytes in
                self.state.withLock { $0.messages.append("\(channel) \(String(decoding: bytes, as: UTF8.self))") }
            },
            onAdded: { channel in self.state.withLock { $0.added.append(channel) } })
        subscription.start()
        return subscription
    }
}
