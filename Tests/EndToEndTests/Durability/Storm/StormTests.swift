import Chassis
import Foundation
import TestSupport
import Testing

/// S2-100, S2-163, S2-164, S2-167: a mixed storm of operations on SocialPlay by many users, on two APIs, while
/// processes are killed and Redis loses its keys. `make conformance` runs a million of them, and kills PostgreSQL's
/// processes too.
@Suite(.showingOutput) struct StormTests {
    private static let actors = 20

    @Test func `counters equal rows after a storm of operations with processes killed meanwhile`() async throws {
        let redis = try await RedisServer()
        var options = ProductOptions()
        options.redisURL = redis.url
        options.kinds = [.api, .notifications, .deliveries, .email, .counters, .maintenance, .scheduler]
        options.environment = ["LOG_LEVEL": "info", "NOTIFICATION_DIGEST_SECONDS": "\(FullSize.timeoutFactor)"]
        guard FullSize.hasStormOnDatabase else {
            return try await Product.run(options) { try await storm($0, redis) }
        }
        try await withDatabaseServer { server in
            try await server.start()
            options.databaseURL = server.url
            try await Product.run(options) { try await storm($0, redis) }
        }
    }

    private func storm(_ product: Product, _ redis: RedisServer) async throws {
        let apis = [product.process(.api), try await product.add(.api)]
        let accounts = try await withThrowingTaskGroup { group in
            for index in 0..<FullSize.stormUsers {
                group.addTask { try await TestUser.registerOnSocialPlay(at: apis[index % 2].client) }
            }
            return try await group.reduce(into: [TestUser]()) { $0.append($1) }
        }
        let people = accounts.map { StormWorld.Person(id: $0.id, username: $0.username) }
        let world = StormWorld(people, postCount: FullSize.stormUsers * 5 / 2, apis: apis.count)
        let start = monotonicNanoseconds()
        let ports = apis.map(\.port)
        async let struck = StormFaults(product: product, apis: apis, redis: redis, world: world).strike()
        let users = try await withThrowingTaskGroup { group in
            for actor in 0..<Self.actors {
                group.addTask {
                    try await onOwnThread {
                        let users = stride(from: actor, to: accounts.count, by: Self.actors).map {
                            StormUser($0, accounts[$0], at: StormActor.now)
                        }
                        return StormActor(world, ports: ports, users: users, seed: UInt64(actor)).run()
                    }
                }
            }
            return try await group.reduce(into: [StormUser]()) { $0 += $1 }
        }
        let seconds = Double(monotonicNanoseconds() - start) / 1e9
        let (faults, deadlocks) = try await struck
        print(
            "\(FullSize.stormOperations) operations in \(Int(seconds)) s,",
            "\(Int(Double(FullSize.stormOperations) / seconds)) a second, with \(faults) faults:")
        for (name, count) in world.accepted.sorted(by: { $0.key < $1.key }) { print("\(count) \(name)") }

        #expect(world.violations.isEmpty, "\(world.violations.joined(separator: "\n"))")
        #expect(world.accepted.count > 30, "an operation was never accepted")
        let verdict = StormVerdict(product: product, world: world, users: users)
        try await verdict.expectRest()
        try await verdict.expectCounters()
        try await verdict.expectNoOrphans()
        try await verdict.expectNotificationsOfCauses()
        try await verdict.expectAnswersKept()
        try await verdict.expectFeeds(at: product.client)
        try await redis.flush()
        try await verdict.expectFeeds(at: apis[1].client)
        #expect(try await product.deadlocks() + deadlocks == 0)
        #expect(!product.output.contains("deadlock"))
    }
}
