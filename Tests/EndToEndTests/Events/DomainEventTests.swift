import BrokerServers
import Foundation
import Redis
import TestSupport
import Testing

/// The product tells other services what happened, by every way that is set.
@Suite(.showingOutput)
struct DomainEventTests {
    private static let topics = ["socialplay.user", "socialplay.profile", "socialplay.media"]

    // S1-98, S3-7, S3-36, U-8
    @Test func `every event arrives by every way, in order for each user, though the pool is killed and Redis emptied`()
        async throws
    {
        let server = try await RabbitServer.shared()
        let cluster = try KafkaCluster(topics: Self.topics)
        let redis = try await RedisServer()
        var options = ProductOptions()
        options.redisURL = redis.url
        options.kinds = [.api, .audio, .events]
        options.environment = ["AMQP_URL": server.url, "KAFKA_BROKERS": cluster.brokers]
        let queue = try await RabbitQueue.bind(to: "socialplay.events", on: server)
        try await Product.run(options) { product in
            let events = product.process(.events)
            let ada = try await TestUser.register(at: product.client)
            let bob = try await TestUser.register(at: product.client)
            let track = try await upload(by: ada, to: product.client)
            try await follow(bob, by: ada, at: product.client)
            await events.kill()
            try await unfollow(bob, by: ada, at: product.client)
            try await update(ada, at: product.client)
            let flush = try await product.command(
                ["/usr/bin/redis-cli", "-p", "\(redis.port)", "FLUSHALL"], environment: ["PATH": "/usr/bin:/bin"])
            #expect(flush.exit == .code(0), "\(flush.output)")
            try await events.start()
            try await follow(bob, by: ada, at: product.client)
            await events.kill()
            try await events.start()
            let deleted = try await product.client.ask(
                "DELETE", "/media/track/\(track)", json: #"{"userId":"\#(ada.id)"}"#, token: ada.accessToken)
            #expect(deleted.status == 200)
            #expect(try await ada.ask("DELETE", "/users/me", at: product.client).status == 200)
            let expected = [
                ada.id: [
                    "UserRegistered", "media.track.uploaded", "user.followed", "user.unfollowed", "profile.updated",
                    "user.followed", "media.track.deleted", "user.deleted",
                ],
                bob.id: ["UserRegistered"],
            ]
            // The product's own record of what happened.
            let ids = Set(try await product.texts("SELECT id::text FROM domain_events"))
            #expect(ids.count == 9)

            var arrived: [ProductJSON] = []
            try await eventually("RabbitMQ has every event", within: 60) {
                for message in try await queue.take(100, within: 1) {
                    // Other tests publish to the same exchange.
                    guard ids.contains(message.id) else { continue }
                    let event = try parse(message.body)
                    #expect(event["id"].text == message.id && event["type"].text == message.routingKey)
                    arrived.append(event)
                }
                return Set(arrived.compactMap { $0["id"].text }) == ids
            }
            #expect(types(arrived) == expected)
            try await validate(arrived, in: product)

            var stream: [ProductJSON] = []
            try await eventually("the stream has every event", within: 60) {
                stream = try await streamed(in: product)
                return Set(stream.compactMap { $0["id"].text }) == ids
            }
            #expect(types(stream) == expected)

            var messages: [KafkaCluster.Message] = []
            try await eventually("Kafka has every event", within: 60) {
                messages = try await cluster.read(Self.topics, 1_000, within: 1)
                return Set(try messages.compactMap { try parse($0.body)["id"].text }) == ids
            }
            for message in messages {
                let event = try parse(message.body)
                #expect(message.key == event["subject"].text)
            }
            let ordered = try messages.map { try parse($0.body) }.sorted {
                ($0["sequence"].text ?? "") < ($1["sequence"].text ?? "")
            }
            #expect(types(ordered) == expected)
            let users = try messages.filter { $0.topic == "socialplay.user" }.map { try parse($0.body) }
            #expect(
                types(users)[ada.id] == [
                    "UserRegistered", "user.followed", "user.unfollowed", "user.followed", "user.deleted",
                ])
            #expect(!(arrived + stream + ordered).contains { "\($0)".contains("@") })
        }
    }

    @Test func `brokers that are away delay nothing else, and the log has no password`() async throws {
        var options = ProductOptions()
        options.kinds = [.api, .events]
        options.environment = [
            "AMQP_URL": "amqp://user:verysecret@127.0.0.1:1/", "KAFKA_BROKERS": "127.0.0.1:1",
        ]
        try await Product.run(options) { product in
            let ada = try await TestUser.register(at: product.client)
            try await eventually("the stream has the event") {
                try await types(streamed(in: product)) == [ada.id: ["UserRegistered"]]
            }
            let output = { product.process(.events).output }
            try await eventually("the log says what is delayed", within: 30) {
                output().contains(#""destination":"rabbitmq""#) && output().contains(#""destination":"kafka""#)
            }
            #expect(!output().contains("verysecret"))
            #expect(await product.process(.events).terminate() == .code(0))
        }
    }

    @Test func `the documented examples are valid, one for each type`() async throws {
        var options = ProductOptions()
        options.kinds = []
        try await Product.run(options) { product in
            try await validate(nil, in: product)
        }
    }

    // MARK: Steps

    private func upload(by user: TestUser, to client: ProductClient) async throws -> String {
        let answer = try await user.upload(
            "track", Recording.mp3(frames: 100), called: "song.mp3", to: client)
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(answer.json["file"]["fileId"].text)
    }

    private func follow(_ other: TestUser, by user: TestUser, at client: ProductClient) async throws {
        let answer = try await client.post("/social/follow/\(other.id)", json: "{}", token: user.accessToken)
        #expect(answer.status == 200, "\(answer.text)")
    }

    private func unfollow(_ other: TestUser, by user: TestUser, at client: ProductClient) async throws {
        let answer = try await client.ask("DELETE", "/social/unfollow/\(other.id)", token: user.accessToken)
        #expect(answer.status == 200, "\(answer.text)")
    }

    private func update(_ user: TestUser, at client: ProductClient) async throws {
        let answer = try await client.ask(
            "PUT", "/users/\(user.id)/profile", json: #"{"bio":"Plays the violin"}"#, token: user.accessToken)
        #expect(answer.status == 200, "\(answer.text)")
    }

    // MARK: Events

    private func parse(_ text: String) throws -> ProductJSON {
        try JSONDecoder().decode(ProductJSON.self, from: Data(text.utf8))
    }

    private func streamed(in product: Product) async throws -> [ProductJSON] {
        let entries = try await product.redis("XRANGE", "socialplay:events", ["-", "+"]).array ?? []
        return try entries.compactMap { try ($0.array?.last?.array?.last?.text).map(parse) }
    }

    /// Returns the types of each user's events, in the order in which they arrived for the first time.
    private func types(_ events: [ProductJSON]) -> [String: [String]] {
        var seen: Set<String> = []
        var types: [String: [String]] = [:]
        for event in events where seen.insert(event["id"].text ?? "").inserted {
            types[event["subject"].text ?? "", default: []].append(event["type"].text ?? "")
        }
        return types
    }

    /// Validates events with the schema in `docs/events.md`, and its examples.
    private func validate(_ events: [ProductJSON]?, in product: Product) async throws {
        let file = "\(product.directory)/events.json"
        let texts = events.map { $0.map(\.json) } ?? []
        try "[\(texts.joined(separator: ","))]".write(toFile: file, atomically: true, encoding: .utf8)
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let (exit, output) = try await product.command(
            [
                "/usr/bin/python3", "-B", tests.appending(path: "TestSupport/validate_events.py").path,
                tests.deletingLastPathComponent().appending(path: "docs/events.md").path, file,
            ], environment: ["PATH": "/usr/bin:/bin"])
        #expect(exit == .code(0), "\(output)")
    }
}

extension ProductJSON {
    /// As text.
    fileprivate var json: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let value): value == value.rounded() ? "\(Int(value))" : "\(value)"
        case .text(let value):
            String(decoding: (try? JSONEncoder().encode(value)) ?? Data(), as: UTF8.self)
        case .array(let elements): "[\(elements.map(\.json).joined(separator: ","))]"
        case .object(let members):
            "{\(members.map { "\(ProductJSON.text($0.key).json):\($0.value.json)" }.joined(separator: ","))}"
        }
    }
}
