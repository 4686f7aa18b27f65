import BrokerServers
import Chassis
import Foundation
import TestSupport
import Testing

@testable import Brokers

@Suite("Kafka") struct KafkaTests {
    private static func broker(_ cluster: KafkaCluster) throws -> TestBroker {
        TestBroker(KafkaBroker(try KafkaSettings.parse(cluster.brokers)))
    }

    /// Of each key, in the order in which consumers get them, without repeats.
    private static func bodies(_ messages: [KafkaCluster.Message]) -> [String: [String]] {
        var bodies: [String: [String]] = [:]
        for message in messages where !(bodies[message.key]?.contains(message.body) ?? false) {
            bodies[message.key, default: []].append(message.body)
        }
        return bodies
    }

    private static func expected(_ numbers: Range<Int>) -> [String: [String]] {
        Dictionary(grouping: numbers) { "key-\($0 % 10)" }.mapValues { $0.map { #"{"number":\#($0)}"# } }
    }

    @Test func `has messages once they are confirmed: in order for each key, in one partition, with a content type`()
        async throws
    {
        let cluster = try KafkaCluster(topics: ["socialplay.test"])
        let broker = try Self.broker(cluster)
        for range in [0..<500, 500..<700] {
            let publication = try await broker.publish(messages(range, type: "test"))
            #expect(publication.confirmed == range.count && publication.failure == nil)
        }
        let arrived = try await cluster.read(["socialplay.test"], 700)
        #expect(arrived.count == 700 && Self.bodies(arrived) == Self.expected(0..<700))
        for messages in Dictionary(grouping: arrived, by: \.key).values {
            #expect(Set(messages.map(\.partition)).count == 1)
        }
        #expect(Set(arrived.map(\.contentType)) == ["application/cloudevents+json; charset=UTF-8"])
        await broker.close()
    }

    @Test func `has each topic under the prefix`() async throws {
        let cluster = try KafkaCluster(topics: ["socialplay.one", "socialplay.two"])
        let broker = try Self.broker(cluster)
        let both = messages(0..<1, type: "test", topic: "one") + messages(1..<2, type: "test", topic: "two")
        #expect(try await broker.publish(both).failure == nil)
        let arrived = try await cluster.read(["socialplay.one", "socialplay.two"], 2)
        #expect(Set(arrived.map(\.topic)) == ["socialplay.one", "socialplay.two"])
    }

    @Test func `repeats what the cluster refuses for a moment, and writes it once`() async throws {
        let cluster = try KafkaCluster(topics: ["socialplay.test"])
        let broker = try Self.broker(cluster)
        // NOT_LEADER_FOR_PARTITION, NOT_ENOUGH_REPLICAS.
        cluster.refuseWrites(2, code: 6)
        cluster.refuseWrites(2, code: 19)
        #expect(try await broker.publish(messages(0..<200, type: "test")).failure == nil)
        let arrived = try await cluster.read(["socialplay.test"], 201, within: 3)
        #expect(arrived.count == 200 && Self.bodies(arrived) == Self.expected(0..<200))
    }

    @Test func `says why when the cluster refuses for good`() async throws {
        let cluster = try KafkaCluster(brokers: 1, topics: ["socialplay.test"])
        let broker = try Self.broker(cluster)
        // TOPIC_AUTHORIZATION_FAILED
        cluster.refuseWrites(50, code: 29)
        let publication = try await broker.publish(messages(0..<10, type: "test"))
        guard case .refused = publication.failure else {
            Issue.record("\(String(describing: publication.failure))")
            return
        }
        #expect(publication.confirmed < 10)
    }

    @Test func `is unreachable where nothing listens, and gives up at the limit`() async throws {
        let closed = try SilentListener().port
        let broker = TestBroker(KafkaBroker(try KafkaSettings.parse("127.0.0.1:\(closed)")))
        let publication = try await broker.publish(messages(0..<1, type: "test"), within: .seconds(1))
        #expect(publication.confirmed == 0 && publication.failure != nil)
    }

    @Test func `gives up at the limit on a server that accepts and says nothing`() async throws {
        let silent = try SilentListener()
        let broker = TestBroker(KafkaBroker(try KafkaSettings.parse("127.0.0.1:\(silent.port)")))
        let publication = try await broker.publish(messages(0..<1, type: "test"), within: .milliseconds(500))
        #expect(publication.confirmed == 0 && publication.failure != nil)
    }

    @Test func `is published to again when the cluster returns: every message, in order for each key`() async throws {
        let cluster = try KafkaCluster(topics: ["socialplay.test"])
        let broker = try Self.broker(cluster)
        let all = messages(0..<3_000, type: "test")
        #expect(try await broker.publish(Array(all[..<100])).confirmed == 100)
        async let interrupted = broker.publish(Array(all[100...]), within: .seconds(2))
        cluster.stop()
        var next = 100 + (try await interrupted).confirmed
        let away = try await broker.publish(Array(all[next...]), within: .seconds(1))
        #expect(away.confirmed == 0 && away.failure != nil)
        cluster.resume()
        try await eventually("all are confirmed", within: 60) {
            next += try await broker.publish(Array(all[next...])).confirmed
            return next == all.count
        }
        // Repeats may be among them.
        let arrived = try await cluster.read(["socialplay.test"], 100_000, within: 5)
        #expect(Self.bodies(arrived) == Self.expected(0..<3_000))
    }
}
