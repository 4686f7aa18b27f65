import Chassis
import Redis
import TestSupport
import Testing

struct SubscriptionTests {
    private enum Event: Equatable {
        case subscribed
        case message(String, [UInt8])
    }

    @Test func `messages arrive as they were sent, each from its channel`() async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                let channels = [redis.key("a"), redis.key("b")]
                let (subscription, events) = subscribe(on: loop, try RedisPrefix.settings(), channels)
                var iterator = events.makeAsyncIterator()
                #expect(await iterator.next() == .subscribed)
                #expect(try await redis.command(["PUBLISH", RedisArgument(channels[1]), "x"]) == .integer(1))
                redis.send(["PUBLISH", RedisArgument(channels[0]), RedisArgument(Array(0...255))])
                redis.send(["PUBLISH", RedisArgument(redis.key("c")), "not ours"])
                redis.send(["PUBLISH", RedisArgument(channels[0]), ""])
                #expect(await iterator.next() == .message(channels[1], [0x78]))
                #expect(await iterator.next() == .message(channels[0], Array(0...255)))
                #expect(await iterator.next() == .message(channels[0], []))
                await subscription.close()
            }
        }
    }

    @Test func `a message that is too long is dropped and counted`() async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                let channel = redis.key("a")
                let (subscription, events) = subscribe(on: loop, try RedisPrefix.settings(), [channel])
                var iterator = events.makeAsyncIterator()
                #expect(await iterator.next() == .subscribed)
                redis.send(["PUBLISH", RedisArgument(channel), RedisArgument([UInt8](repeating: 1, count: 257))])
                redis.send(["PUBLISH", RedisArgument(channel), RedisArgument([UInt8](repeating: 2, count: 256))])
                #expect(await iterator.next() == .message(channel, [UInt8](repeating: 2, count: 256)))
                #expect(subscription.droppedMessages == 1)
                await subscription.close()
            }
        }
    }

    @Test func `a subscription is renewed after a restart of the server`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let settings = try settings(server.url)
            let (subscription, events) = subscribe(on: loop, settings, ["a", "b"])
            var iterator = events.makeAsyncIterator()
            #expect(await iterator.next() == .subscribed)
            await server.kill()
            try await server.restart()
            #expect(await iterator.next() == .subscribed)
            let redis = Redis(on: loop, settings: settings, log: quiet)
            redis.start()
            await redis.connected()
            #expect(try await redis.command(["PUBLISH", "b", "x"]) == .integer(1))
            #expect(await iterator.next() == .message("b", [0x78]))
            await redis.close()
            await subscription.close()
        }
    }

    @Test func `a stopped server is detected without any message`() async throws {
        let server = try await RedisServer()
        try await withEventLoop { loop in
            let settings = try settings(server.url, timeout: .milliseconds(100))
            let (subscription, events) = subscribe(on: loop, settings, ["a"])
            var iterator = events.makeAsyncIterator()
            #expect(await iterator.next() == .subscribed)
            // Three rounds of checks on a healthy server change nothing.
            try await loop.sleep(for: .milliseconds(600))
            let redis = Redis(on: loop, settings: settings, log: quiet)
            redis.start()
            await redis.connected()
            #expect(try await redis.command(["PUBLISH", "a", "x"]) == .integer(1))
            #expect(await iterator.next() == .message("a", [0x78]))
            server.suspend()
            try await loop.sleep(for: .milliseconds(500))
            server.resume()
            #expect(await iterator.next() == .subscribed)
            await redis.close()
            await subscription.close()
        }
    }

    private func subscribe(
        on loop: EventLoop, _ settings: RedisSettings, _ channels: [String]
    ) -> (RedisSubscription, AsyncStream<Event>) {
        let (stream, events) = AsyncStream.makeStream(of: Event.self)
        let subscription = RedisSubscription(
            on: loop, settings: settings, channels: channels, maximumMessage: 256, log: quiet,
            onSubscribed: { events.yield(.subscribed) }, onMessage: { events.yield(.message($0, $1)) })
        subscription.start()
        return (subscription, stream)
    }
}
