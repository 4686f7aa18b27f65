import Chassis
import Domain
import Foundation
import Jobs
import Postgres
import Redis
import Storage
import TestSupport
import Testing

@testable import Features

/// Feeds while Redis is unavailable, slow, or has lost what it had.
@Suite(.database) struct TimelineOutageTests {
    @Test func `feeds are answered while Redis is down, and from timelines again when it is back`() async throws {
        let server = try await RedisServer()
        try await TimelineWorld<ActivityStore>.open(redisAt: server.port, people: 2) { world in
            try await world.follow(0, 1)
            try await world.publish(1)
            try await world.build(0)
            await server.kill()
            for _ in 0..<3 { #expect(try await world.page(of: 0).count == 1) }
            try await world.publish(1)
            #expect(try await world.page(of: 0).count == 2)
            try await server.restart()
            await world.environment.redis.connected()
            try await world.runAll()
            #expect(try await world.page(of: 0).count == 2)
            try await eventually("the timeline is built", within: 60) { try await world.isListed(0) }
            #expect(try await world.page(of: 0) == world.rows().feed(of: world.people[0]))
        }
    }

    @Test func `feeds are answered while Redis does not answer`() async throws {
        let server = try await RedisServer()
        try await TimelineWorld<ActivityStore>.open(redisAt: server.port, people: 2) { world in
            try await world.follow(0, 1)
            try await world.publish(1)
            try await world.runAll()
            let timeline = Timeline(
                ActivityStore(world.environment.database), world.store, TimelineMetrics(in: .init()),
                on: world.environment.loop)
            #expect(try await timeline.page(of: world.people[0], before: nil, limit: 50).count == 1)
            server.suspend()
            for _ in 0..<20 {
                #expect(try await timeline.page(of: world.people[0], before: nil, limit: 50).count == 1)
            }
            server.resume()
        }
    }

    @Test func `a Redis that restarts without its last second shows no feed with holes`() async throws {
        let folder = "/tmp/timeline-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try await RedisServer(arguments: ["--dir", folder])
        try await TimelineWorld<ActivityStore>.open(redisAt: server.port, people: 3) { world in
            let redis = world.environment.redis
            for person in [0, 1] {
                try await world.follow(person, 2)
                try await world.build(person)
            }
            try await world.publish(2)
            try await world.runAll()
            _ = try await redis.command(["SAVE"])
            // What happens now is lost, but the lists themselves are in the file.
            try await world.publish(2)
            try await world.runAll()
            #expect(try await world.page(of: 0).count == 2)
            await server.kill()
            try await server.restart()
            await redis.connected()
            #expect((try await redis.command(["DBSIZE"]).integer ?? 0) >= 2)
            for person in [0, 1] {
                #expect(try await world.page(of: person).count == 2)
                try await eventually("the timeline is built", within: 60) { try await world.isListed(person) }
                #expect(try await world.page(of: person).count == 2)
            }
        }
    }

    @Test func `after FLUSHALL feeds equal the rule`() async throws {
        let server = try await RedisServer()
        try await TimelineWorld<ActivityStore>.open(redisAt: server.port, people: 3) { world in
            try await world.follow(0, 1)
            try await world.follow(0, 2)
            for _ in 0..<70 {
                try await world.publish(1)
                try await world.publish(2)
            }
            try await world.runAll()
            try await world.build(0)
            _ = try await world.environment.redis.command(["FLUSHALL"])
            let rule = try await world.rows().feed(of: world.people[0], limit: 100)
            #expect(try await world.page(of: 0, limit: 100) == rule)
            try await eventually("the timeline is built", within: 60) { try await world.isListed(0) }
            #expect(try await world.page(of: 0, limit: 100) == rule)
        }
    }
}
