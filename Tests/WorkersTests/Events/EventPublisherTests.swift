import BrokerServers
import Brokers
import Chassis
import Domain
import Foundation
import Jobs
import Postgres
import Redis
import Storage
import TestSupport
import Testing

@testable import Workers

@Suite("Publishers of domain events", .database)
struct EventPublisherTests {
    @Test func `a recorded event is in the stream when its writer wakes the publishers`() async throws {
        try await PoolHarness.open { pools in
            var limits = EventPublisher.Limits()
            limits.interval = .seconds(3_600)
            let publishing = pools.publishing([pools.stream], limits)
            try await publishing.start()
            let user = PoolHarness.id(UserID.self)
            // Until the publishers listen.
            try await eventually("the event is in the stream") {
                try await pools.record(1, of: user)
                pools.context.producer.wakePublishers()
                return try await !pools.streamed().isEmpty
            }
            await publishing.stop()
            let entry = try await pools.streamed()[0]
            let event = try ProductJSON(entry["event"])
            #expect(event["specversion"].text == "1.0" && event["datacontenttype"].text == "application/json")
            #expect(event["id"].text == entry["id"] && event["type"].text == "test.counted")
            #expect(entry["type"] == "test.counted" && entry["subject"] == user.description)
            #expect(event["subject"].text == user.description && event["sequence"].text == "00000000000000000001")
            #expect(event["source"].text?.hasPrefix("urn:uuid:") == true && event["data"]["number"].number == 1)
            let time = try #require(event["time"].text)
            #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        }
    }

    @Test func `publishers look for events by themselves`() async throws {
        try await PoolHarness.open { pools in
            let publishing = pools.publishing([pools.stream], .quick)
            try await publishing.start()
            try await pools.record(3, of: PoolHarness.id(UserID.self))
            try await eventually("the events are in the stream") { try await pools.streamed().count == 3 }
            await publishing.stop()
        }
    }

    @Test func `two publishers send each event once, in order for each user`() async throws {
        try await PoolHarness.open { pools in
            let both = [pools.publishing([pools.stream], .quick), pools.publishing([pools.stream], .quick)]
            for publishing in both { try await publishing.start() }
            let users = (0..<3).map { _ in PoolHarness.id(UserID.self) }
            for _ in 0..<20 { for user in users { try await pools.record(10, of: user) } }
            try await eventually("the events are in the stream", within: 30) {
                try await pools.streamed().count >= 600
            }
            for publishing in both { await publishing.stop() }
            let entries = try await pools.streamed()
            #expect(Set(entries.map { $0["id"] }).count == 600 && entries.count == 600)
            for user in users { #expect(try pools.numbers(of: user, in: entries) == Array(1...200)) }
        }
    }

    @Test func `a batch whose publisher was killed before it counted is sent again whole, with the same ids`()
        async throws
    {
        try await PoolHarness.open { pools in
            let store = EventStore(pools.context.database)
            try await store.use(["redis"])
            let user = PoolHarness.id(UserID.self)
            try await pools.record(10, of: user)
            guard
                case .events(let events, let reached) = try await store.next(
                    of: "redis", for: Identifier(high: 1, low: 1), published: nil, limit: 4, lease: .milliseconds(200))
            else {
                Issue.record("there are events")
                return
            }
            let sent = await pools.stream.publish(
                events.map { CloudEvent(event: $0, source: "urn:x") }, after: reached)
            guard case .all = sent else {
                Issue.record("\(sent)")
                return
            }
            let publishing = pools.publishing([pools.stream], .quick)
            try await publishing.start()
            try await eventually("the rest is in the stream") { try await pools.streamed().count >= 14 }
            await publishing.stop()
            let entries = try await pools.streamed()
            #expect(try pools.numbers(of: user, in: entries) == [1, 2, 3, 4] + Array(1...10))
            #expect(entries[..<4].map { $0["id"] } == entries[4..<8].map { $0["id"] })
        }
    }

    @Test func `a destination that is away delays only itself, and gets everything in order when it returns`()
        async throws
    {
        let server = try await RabbitServer.shared()
        let queue = try await RabbitQueue.bind(to: RabbitMQSettings.exchange, "test.counted", on: server)
        let proxy = try FaultProxy(to: try SilentListener().port)
        defer { proxy.close() }
        try await PoolHarness.open { pools in
            let rabbitMQ = BrokerDestination(
                name: "rabbitmq",
                RabbitMQBroker(try RabbitMQSettings.parse("amqp://127.0.0.1:\(proxy.port)")))
            let metrics = Metrics()
            let lines = WrittenLines()
            let publishing = pools.publishing([pools.stream, rabbitMQ], .quick, metrics: metrics, log: lines.log)
            try await publishing.start()
            let user = PoolHarness.id(UserID.self)
            try await pools.record(25, of: user)
            try await eventually("the stream has them") { try await pools.streamed().count == 25 }
            try await eventually("attempts failed, and the backlog is known", within: 20) {
                let text = metrics.text
                return text.contains(#"events_pending{destination="rabbitmq"} 25"#)
                    && text.contains(#"events_destination_available{destination="rabbitmq"} 0"#)
                    && !text.contains(#"events_failures_total{destination="rabbitmq"} 1"# + "\n")
            }
            #expect(metrics.text.contains(#"events_destination_available{destination="redis"} 1"#))
            proxy.forward(to: server.port)
            let arrived = try await queue.take(25)
            await publishing.stop()
            #expect(arrived.map(\.id) == (try await pools.streamed()).map { $0["id"] })
            let delays = lines.all.filter { $0.contains("domain events are delayed") }
            #expect(delays.count == 1 && delays[0].contains("rabbitmq"))
            #expect(lines.all.filter { $0.contains("domain events are published again") }.count == 1)
        }
    }

    @Test func `a stream that Redis lost is filled again`() async throws {
        try await PoolHarness.open { pools in
            let publishing = pools.publishing([pools.stream], .quick)
            try await publishing.start()
            let user = PoolHarness.id(UserID.self)
            try await pools.record(12, of: user)
            try await eventually("the events are in the stream") { try await pools.streamed().count == 12 }
            _ = try await pools.context.redis.command(["DEL", pools.streamKey])
            try await pools.record(1, of: user)
            try await eventually("all events are in the stream") { try await pools.streamed().count == 13 }
            await publishing.stop()
            #expect(try pools.numbers(of: user, in: try await pools.streamed()) == Array(1...13))
        }
    }

    @Test func `a stream that Redis lost is filled again with as many events as it keeps`() async throws {
        try await PoolHarness.open { pools in
            let lines = WrittenLines()
            let publishing = pools.publishing(
                [StreamDestination(stream: EventStream(pools.context.redis, length: 5))], .quick, log: lines.log)
            try await publishing.start()
            let user = PoolHarness.id(UserID.self)
            try await pools.record(30, of: user)
            try await eventually("the events are in the stream") {
                try await pools.numbers(of: user, in: pools.streamed()).last == 30
            }
            _ = try await pools.context.redis.command(["DEL", pools.streamKey])
            try await pools.record(1, of: user)
            try await eventually("the last event is in the stream") {
                try await pools.numbers(of: user, in: pools.streamed()).last == 31
            }
            await publishing.stop()
            #expect(try await pools.numbers(of: user, in: pools.streamed()) == Array(26...31))
            #expect(lines.all.filter { $0.contains("destination lost domain events") }.count == 1)
        }
    }

    @Test func `a stream keeps about as many events as it is told to`() async throws {
        try await PoolHarness.open { pools in
            let publishing = pools.publishing(
                [StreamDestination(stream: EventStream(pools.context.redis, length: 1_000))], .quick)
            try await publishing.start()
            let user = PoolHarness.id(UserID.self)
            try await pools.record(3_000, of: user)
            try await eventually("the last event is in the stream", within: 30) {
                try await pools.streamed().last.map { try ProductJSON($0["event"])["data"]["number"].number } == 3_000
            }
            await publishing.stop()
            #expect((1_000...1_200).contains(try await pools.streamed().count))
        }
    }

    @Test func `old events are pruned by a job of the pool`() async throws {
        try await PoolHarness.open { pools in
            let store = EventStore(pools.context.database)
            try await store.use(["redis"])
            try await pools.record(2, of: PoolHarness.id(UserID.self))
            _ = try await store.next(
                of: "redis", for: Identifier(high: 1, low: 1), published: nil, limit: 5, lease: .zero)
            try await store.release("redis", by: Identifier(high: 1, low: 1), reached: 2)
            _ = try await pools.context.database.write(
                Statement("test_age_events", "UPDATE domain_events SET created_at = now() - interval '8 days'"))
            let handler = try pools.handler(PruneEvents.kind)
            let envelope = Envelope(try pools.context.producer.outboxJob(PruneEvents(), trace: nil))
            _ = try await handler.run(
                envelope.args, JobContext(envelope, handler: handler, checkpoint: nil, log: pools.log))
            #expect(
                try await pools.count(Statement("test_event_count", "SELECT count(*) FROM domain_events")) == 0)
        }
    }
}

/// A log whose lines a test reads.
private final class WrittenLines: Sendable {
    let log: Log
    private let path = "/tmp/lines-\(UUID().uuidString)"

    init() {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        log = Log(level: .info, format: .text, to: LogSink(descriptor: descriptor))
    }

    deinit {
        unlink(path)
    }

    var all: [Substring] {
        log.flush()
        return String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self).split(
            separator: "\n")
    }
}

extension EventPublisher.Limits {
    /// Small batches, and short pauses.
    fileprivate static var quick: EventPublisher.Limits {
        var limits = EventPublisher.Limits()
        limits.batch = 7
        limits.interval = .milliseconds(20)
        limits.heldPause = .milliseconds(5)
        limits.firstPause = .milliseconds(20)
        limits.longestPause = .milliseconds(100)
        return limits
    }
}

extension PoolHarness {
    fileprivate var stream: StreamDestination {
        StreamDestination(stream: EventStream(context.redis, length: 100_000))
    }

    fileprivate var streamKey: RedisArgument { RedisArgument(context.redis.key("socialplay:events")) }

    fileprivate func publishing(
        _ destinations: [any EventDestination], _ limits: EventPublisher.Limits, metrics: Metrics = Metrics(),
        log: Log? = nil
    ) -> EventPublishing {
        EventPublishing(
            context, to: destinations, redis: redisSettings, metrics: metrics, log: log ?? self.log, limits: limits)
    }

    /// Records events of a user, whose numbers go on from the last ones.
    fileprivate func record(_ count: Int, of user: UserID) async throws {
        _ = try await context.database.write(Self.recording, [.id(user), .integer(count)])
    }

    private static let recording = Statement(
        "test_record_events",
        """
        SELECT add_domain_event(jsonb_build_object(
            'id', gen_random_uuid(), 'subject', $1::uuid, 'kind', 'test.counted',
            'data', jsonb_build_object('number', number + (SELECT count(*) FROM domain_events WHERE subject = $1))))
        FROM generate_series(1, $2::integer) AS number
        """)

    /// Returns the fields of all entries of the stream.
    fileprivate func streamed() async throws -> [[String: String]] {
        let entries = try await context.redis.command(["XRANGE", streamKey, "-", "+"]).array ?? []
        return entries.map { entry in
            let fields = entry.array?.last?.array?.compactMap(\.text) ?? []
            return Dictionary(
                uniqueKeysWithValues: stride(from: 0, to: fields.count - 1, by: 2).map { (fields[$0], fields[$0 + 1]) })
        }
    }

    /// Returns the numbers of a user's events, in the order of entries.
    fileprivate func numbers(of user: UserID, in entries: [[String: String]]) throws -> [Int] {
        try entries.filter { $0["subject"] == user.description }.compactMap {
            try ProductJSON($0["event"])["data"]["number"].number.map { Int($0) }
        }
    }
}

extension ProductJSON {
    fileprivate init(_ text: String?) throws {
        self = try JSONDecoder().decode(ProductJSON.self, from: Data((text ?? "").utf8))
    }
}
