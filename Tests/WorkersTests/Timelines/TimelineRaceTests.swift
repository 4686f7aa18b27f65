import Chassis
import Domain
import Jobs
import Postgres
import Redis
import Storage
import TestSupport
import Testing

@testable import Features

/// Everything that changes feeds at the same time, while Redis forgets and processes die.
@Suite(.database) struct TimelineRaceTests {
    private static let people = 40
    private static let writers = 4
    private static let workers = 6
    private static let flushes = 9

    @Test func `after writes, late jobs, flushes and deaths at the same time all timelines equal the rule`()
        async throws
    {
        let server = try await RedisServer()
        let seed = UInt64.random(in: 0 ... .max)
        try await TimelineWorld.open(redisAt: server.port, people: Self.people) { world in
            let race = Race(world, seed: seed)
            var setUp = SeededRandom(seed)
            for person in 0..<Self.people {
                for _ in 0..<15 { try await world.follow(person, setUp.pair(below: Self.people).0) }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, database) in world.environment.databases(Self.writers).enumerated() {
                    group.addTask { try await race.write(number, on: database) }
                }
                for (number, database) in world.environment.databases(Self.workers).enumerated() {
                    group.addTask { try await race.work(number, on: database) }
                }
                // Of two processes.
                for (number, database) in world.environment.databases(2).enumerated() {
                    group.addTask { try await race.read(number, on: database) }
                }
                group.addTask { try await race.flush(Self.flushes) }
                try await group.waitForAll()
            }
            #expect(world.jobs.isEmpty)
            let rule = try await world.rows()
            var listed = 0
            for person in 0..<Self.people {
                listed += try await world.isListed(person) ? 1 : 0
                let expected = rule.feed(of: world.people[person], limit: 110)
                #expect(try await world.page(of: person, limit: 110) == expected, "seed \(seed), person \(person)")
            }
            // How many have one depends on the last flush; with none the comparison would say nothing of lists.
            #expect(listed > Self.people / 4, "only \(listed) people have a timeline")
        }
    }

    /// The parts of the race; they take turns at the loop's thread with every statement and command.
    private final class Race: @unchecked Sendable {
        private let world: TimelineWorld
        private let seed: UInt64
        private var tracks: [MediaID] = []
        private var writing = TimelineRaceTests.writers
        private var steps = 0

        init(_ world: TimelineWorld, seed: UInt64) {
            self.world = world
            self.seed = seed
        }

        private var isOver: Bool { writing == 0 && world.jobs.isEmpty }

        func write(_ number: Int, on database: Database) async throws {
            var random = SeededRandom(seed &+ UInt64(number))
            defer { writing -= 1 }
            for _ in 0..<FullSize.timelineSteps {
                steps += 1
                let (one, other) = random.pair(below: TimelineRaceTests.people)
                switch Int.random(in: 0..<24, using: &random) {
                case 0..<9: tracks.append(try await world.publish(one, on: database))
                case 9..<15:
                    let dies = Int.random(in: 0..<3, using: &random) == 0
                    try await world.follow(one, other, drops: !dies, on: database)
                case 15..<17: try await world.unfollow(one, other, on: database)
                case 17:
                    if let track = tracks.randomElement(using: &random) { try await world.delete(track, on: database) }
                case 18: try await world.block(one, other, on: database)
                case 19, 20: try await world.mute(one, other, on: database)
                case 21, 22:
                    let dies = Int.random(in: 0..<3, using: &random) == 0
                    try await world.unmute(one, other, drops: !dies, on: database)
                default: try await world.unblock(one, other, on: database)
                }
            }
        }

        /// Takes jobs in any order, runs some twice, and some again much later.
        func work(_ number: Int, on database: Database) async throws {
            var random = SeededRandom(seed &+ 100 &+ UInt64(number))
            let redis = await connection()
            while !isOver {
                guard !world.jobs.isEmpty, Int.random(in: 0..<3, using: &random) > 0 || writing == 0 else {
                    try await world.environment.loop.sleep(for: .milliseconds(1))
                    continue
                }
                let job = world.jobs.remove(at: Int.random(in: 0..<world.jobs.count, using: &random))
                try await world.run(job, on: database, redis: redis)
                if writing > 0, Int.random(in: 0..<3, using: &random) == 0 { world.jobs.append(job) }
            }
            await redis.close()
        }

        func read(_ number: Int, on database: Database) async throws {
            var random = SeededRandom(seed &+ 200 &+ UInt64(number))
            let redis = await connection()
            let timeline = TimelineWorld.timeline(database, redis, on: world.environment.loop)
            while !isOver {
                let reader = world.people.randomElement(using: &random) ?? world.people[0]
                let page = try await timeline.page(of: reader, before: nil, limit: 50).map(\.id.identifier)
                #expect(page == page.sorted(by: >) && Set(page).count == page.count, "seed \(seed)")
            }
            await redis.close()
        }

        /// A connection to Redis as of one more process.
        private func connection() async -> Redis {
            let redis = Redis(
                on: world.environment.loop, settings: world.environment.redisSettings, log: world.environment.log)
            redis.start()
            await redis.connected()
            return redis
        }

        func flush(_ count: Int) async throws {
            let all = FullSize.timelineSteps * TimelineRaceTests.writers
            for number in 1...count {
                while writing > 0, steps < all * number / (count + 1) {
                    try await world.environment.loop.sleep(for: .milliseconds(1))
                }
                _ = try await world.environment.redis.command(["FLUSHALL"])
            }
        }
    }
}
