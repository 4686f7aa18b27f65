import BrokerServers
import Chassis
import Foundation
import TestSupport
import Testing

@testable import Brokers

@Suite("RabbitMQ") struct RabbitMQTests {
    private static func settings(
        _ server: RabbitServer, port: Int? = nil, password: String = RabbitServer.password, path: String = ""
    ) throws -> RabbitMQSettings {
        try RabbitMQSettings.parse(
            "amqp://\(RabbitServer.user):\(password)@127.0.0.1:\(port ?? server.port)\(path)")
    }

    @Test func `has messages in order, persistent, with id, type and routing key, once they are confirmed`()
        async throws
    {
        let server = try await RabbitServer.shared()
        let type = "test.\(UUID().uuidString)"
        let queue = try await RabbitQueue.bind(to: RabbitMQSettings.exchange, type, on: server)
        let broker = TestBroker(RabbitMQBroker(try Self.settings(server)))
        // Two publications on one connection.
        for range in [0..<500, 500..<700] {
            let publication = try await broker.publish(messages(range, type: type))
            #expect(publication.confirmed == range.count && publication.failure == nil)
        }
        let arrived = try await queue.take(700)
        #expect(arrived.map(\.body) == (0..<700).map { #"{"number":\#($0)}"# })
        let first = try #require(arrived.first)
        #expect(first.id == "id-0" && first.type == type && first.routingKey == type)
        #expect(first.contentType == "application/cloudevents+json; charset=UTF-8" && first.isPersistent)
        await broker.close()
    }

    @Test func `confirms a message that no queue is bound for`() async throws {
        let server = try await RabbitServer.shared()
        let broker = TestBroker(RabbitMQBroker(try Self.settings(server)))
        #expect(try await broker.publish(messages(0..<3, type: "unbound.\(UUID().uuidString)")).failure == nil)
    }

    @Test func `is refused a wrong password and an unknown virtual host, without the password in the error`()
        async throws
    {
        let server = try await RabbitServer.shared()
        for settings in [
            try Self.settings(server, password: "secret"), try Self.settings(server, path: "/unknown"),
        ] {
            let publication = try await TestBroker(RabbitMQBroker(settings)).publish(messages(0..<1, type: "test"))
            #expect(publication.confirmed == 0)
            guard case .refused(let reason) = publication.failure else {
                Issue.record("\(String(describing: publication.failure))")
                continue
            }
            #expect(!reason.contains("secret") && !reason.isEmpty)
        }
    }

    @Test func `is unreachable where nothing listens`() async throws {
        let closed = try SilentListener().port
        let broker = TestBroker(RabbitMQBroker(try RabbitMQSettings.parse("amqp://127.0.0.1:\(closed)")))
        let publication = try await broker.publish(messages(0..<1, type: "test"))
        guard case .unreachable = publication.failure else {
            Issue.record("\(String(describing: publication.failure))")
            return
        }
    }

    @Test func `gives up at the limit on a server that accepts and says nothing`() async throws {
        let silent = try SilentListener()
        let broker = TestBroker(RabbitMQBroker(try RabbitMQSettings.parse("amqp://127.0.0.1:\(silent.port)")))
        let publication = try await broker.publish(messages(0..<1, type: "test"), within: .milliseconds(300))
        #expect(publication.confirmed == 0 && publication.failure == .timedOut)
    }

    @Test func `gives up at the limit on a connection that takes no more bytes`() async throws {
        let server = try await RabbitServer.shared()
        let proxy = try FaultProxy(to: server.port)
        defer { proxy.close() }
        let type = "test.\(UUID().uuidString)"
        let broker = TestBroker(RabbitMQBroker(try Self.settings(server, port: proxy.port)))
        #expect(try await broker.publish(messages(0..<1, type: type)).failure == nil)
        proxy.beSilent(true)
        // More than the buffers of both sockets hold.
        let body = Array(repeating: UInt8(ascii: "x"), count: 100_000)
        let large = (0..<500).map {
            BrokerMessage(id: "\($0)", type: type, topic: "test", key: "k", time: .now, body: body)
        }
        let publication = try await broker.publish(large, within: .milliseconds(500))
        #expect(publication.confirmed == 0 && publication.failure == .timedOut)
        proxy.beSilent(false)
        #expect(try await broker.publish(messages(0..<1, type: type)).failure == nil)
    }

    @Test func `connects again at once after a lost connection, and repeats nothing that was confirmed`() async throws {
        let server = try await RabbitServer.shared()
        let proxy = try FaultProxy(to: server.port)
        defer { proxy.close() }
        let type = "test.\(UUID().uuidString)"
        let queue = try await RabbitQueue.bind(to: RabbitMQSettings.exchange, type, on: server)
        let broker = TestBroker(RabbitMQBroker(try Self.settings(server, port: proxy.port)))
        #expect(try await broker.publish(messages(0..<10, type: type)).failure == nil)
        proxy.reset()
        try await eventually("the next publication succeeds") {
            try await broker.publish(messages(10..<20, type: type)).failure == nil
        }
        let arrived = try await queue.take(20).map(\.id)
        #expect(arrived.prefix(10) == (0..<10).map { "id-\($0)" }[...])
        #expect(Set(arrived) == Set((0..<20).map { "id-\($0)" }))
    }

    @Test func `says how many are confirmed when the connection breaks, so that the rest can be repeated`()
        async throws
    {
        let server = try await RabbitServer.shared()
        let proxy = try FaultProxy(to: server.port)
        defer { proxy.close() }
        let type = "test.\(UUID().uuidString)"
        let queue = try await RabbitQueue.bind(to: RabbitMQSettings.exchange, type, on: server)
        let broker = TestBroker(RabbitMQBroker(try Self.settings(server, port: proxy.port)))
        let all = messages(0..<2_000, type: type)
        proxy.cutRequests(at: [20_000, 90_000, 200_000])
        var next = 0
        try await eventually("all are confirmed", within: 60) {
            next += try await broker.publish(Array(all[next...])).confirmed
            return next == all.count
        }
        #expect(proxy.cutsToCome == 0)
        var seen: [String] = []
        // Repeats are whole and in order: the first time that each arrives is in order.
        while seen.count < all.count {
            let more = try await queue.take(1)
            guard let message = more.first else { break }
            if !seen.contains(message.id) { seen.append(message.id) }
        }
        #expect(seen == all.map(\.id))
    }

    @Test func `keeps confirmed messages over kill -9 of the broker, and is published to again after its restart`()
        async throws
    {
        let server = try await RabbitServer.start()
        let queue = try await RabbitQueue.bind(to: RabbitMQSettings.exchange, "test", on: server)
        let broker = TestBroker(RabbitMQBroker(try Self.settings(server)))
        #expect(try await broker.publish(messages(0..<300, type: "test")).confirmed == 300)
        async let interrupted = broker.publish(messages(300..<100_000, type: "test"), within: .seconds(30))
        _ = try await queue.take(301)
        try await server.kill()
        let confirmed = try await interrupted
        #expect(confirmed.failure != nil && confirmed.confirmed < 99_700)
        let away = try await broker.publish(messages(0..<1, type: "test"))
        #expect(away.confirmed == 0 && away.failure != nil)
        try await server.restart()
        let next = 300 + confirmed.confirmed
        #expect(try await broker.publish(messages(next..<next + 10, type: "test")).failure == nil)
        // What was stored without a confirm, before the repeats, is in the queue too.
        var seen: Set<String> = []
        try await eventually("the last one arrives", within: 60) {
            seen.formUnion(try await queue.take(500, within: 1).map(\.id))
            return seen.contains("id-\(next + 9)")
        }
        #expect(seen.isSuperset(of: (301..<next + 10).map { "id-\($0)" }))
    }

    @Test func `speaks TLS to a server whose certificate is trusted, and to no other`() async throws {
        let server = try await RabbitServer.shared()
        let type = "test.\(UUID().uuidString)"
        let queue = try await RabbitQueue.bind(to: RabbitMQSettings.exchange, type, on: server)
        let trusted = try RabbitMQSettings.parse(
            "amqps://localhost:\(server.tlsPort)/?cacertfile=\(server.certificate)")
        #expect(try await TestBroker(RabbitMQBroker(trusted)).publish(messages(0..<3, type: type)).failure == nil)
        #expect(try await queue.take(3).count == 3)
        for url in [
            "amqps://localhost:\(server.tlsPort)",
            "amqps://127.0.0.1:\(server.tlsPort)/?cacertfile=\(server.certificate)",
            "amqps://localhost:\(server.tlsPort)/?cacertfile=/nowhere.pem",
        ] {
            let broker = TestBroker(RabbitMQBroker(try RabbitMQSettings.parse(url)))
            #expect(try await broker.publish(messages(0..<1, type: type)).confirmed == 0)
        }
    }
}

@Suite("Confirms") struct ConfirmsTests {
    @Test func `count from the first message without a gap, in any order`() {
        var confirms = Confirms(after: 10, count: 5)
        confirms.confirm(12, withEarlier: false)
        #expect(confirms.confirmed == 0)
        confirms.confirm(11, withEarlier: false)
        #expect(confirms.confirmed == 2)
        confirms.confirm(15, withEarlier: false)
        confirms.confirm(14, withEarlier: true)
        #expect(confirms.confirmed == 5 && confirms.areComplete)
    }

    @Test func `ignore tags of other publications and repeated ones`() {
        var confirms = Confirms(after: 10, count: 2)
        for tag: UInt64 in [0, 10, 13] { confirms.confirm(tag, withEarlier: true) }
        #expect(confirms.confirmed == 0)
        confirms.confirm(11, withEarlier: false)
        confirms.confirm(11, withEarlier: false)
        #expect(confirms.confirmed == 1 && !confirms.areComplete)
    }
}
