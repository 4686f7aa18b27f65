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
    private static let writers = 4
    private static let workers = 6
    private static let flushes = 9

    @Test func `after writes, late jobs, flushes and deaths at the same time all timelines equal the rule`()
        async throws
    {
        try await race(ActivityStore.self, people: 40, following: 15, readers: 2)
    }

    // S2-87, S2-88, S2-173: also while an author has so many followers that the posts are in no timeline.
    @Test func `the same race leaves the feeds of posts of a hundred users equal to the rule, and again after a flush`()
        async throws
    {
        try await race(FeedStore.self, people: 100, following: 65, readers: 8)
    }

    private func race<Feed: TestedFeed>(
        _ feed: Feed.Type, people: Int, following: Int, readers: Int
    ) async throws {
        let server = try await RedisServer()
        let seed = UInt64.random(in: 0 ... .max)
        try await TimelineWorld<Feed>.open(redisAt: server.port, people: people) { world in
            let race = Race(world, seed: seed)
            var setUp = SeededRandom(seed)
            try await world.follow(
                (0..<people).flatMap { person in
                    (1..<people).shuffled(using: &setUp).prefix(following).map { (person, (person + $0) % people) }
                })
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, database) in world.environment.databases(Self.writers).enumerated() {
                    group.addTask { try await race.write(number, on: database) }
                }
                for (number, database) in world.environment.databases(Self.workers).enumerated() {
                    group.addTask { try await race.work(number, on: database) }
                }
                // Of a process each.
                for (number, database) in world.environment.databases(readers).enumerated() {
                    group.addTask { try await race.read(number, on: database) }
                }
                if let posts = world as? TimelineWorld<FeedStore>, let database = world.environment.databases(1).first {
                    group.addTask { try await race.changeCrowds(in: posts, on: database) }
                }
                group.addTask { try await race.flush(Self.flushes) }
                try await group.waitForAll()
            }
            #expect(world.jobs.isEmpty)
            let rule = try await world.rows()
            var listed = 0
            var feeds: [[Identifier]] = []
            for person in 0..<people {
                listed += try await world.isListed(person) ? 1 : 0
                feeds.append(try await world.pages(of: person, limit: 40))
                let difference = rule.feed(of: world.people[person], limit: .max).difference(from: feeds[person])
                #expect(difference.isEmpty, "seed \(seed), person \(person)")
            }
            // How many have one depends on the last flush; with none the comparison would say nothing of lists.
            #expect(listed > people / 10, "only \(listed) people have a timeline")
            #expect(feeds.contains { $0.count > TimelineStore.size }, "no feed is longer than a timeline")

            _ = try await world.environment.redis.command(["FLUSHALL"])
            for person in 0..<people {
                #expect(try await !world.isListed(person))
                try await world.build(person)
                #expect(try await world.isListed(person))
                let difference = try await world.pages(of: person, limit: 40).difference(from: feeds[person])
                #expect(difference.isEmpty, "seed \(seed), person \(person): built again")
            }
        }
    }

    /// The parts of the race; they take turns at the loop's thread with every statement and command.
    private final class Race<Feed: TestedFeed>: @unchecked Sendable {
        private let world: TimelineWorld<Feed>
        private let seed: UInt64
        private var writing = TimelineRaceTests.writers
        private var steps = 0

        init(_ world: TimelineWorld<Feed>, seed: UInt64) {
            self.world = world
            self.seed = seed
        }

        private var isOver: Bool { writing == 0 && world.jobs.isEmpty }

        func write(_ number: Int, on database: Database) async throws {
            var random = SeededRandom(seed &+ UInt64(number))
            defer { writing -= 1 }
            for _ in 0..<FullSize.timelineSteps {
                steps += 1
                let (one, other) = random.pair(below: world.people.count)
                switch Int.random(in: 0..<24, using: &random) {
                case 0..<10: try await Feed.write(in: world, by: one, using: &random, on: database)
                case 10..<16:
                    let dies = Int.random(in: 0..<3, using: &random) == 0
                    try await world.follow(one, other, drops: !dies, on: database)
                case 16, 17: try await world.unfollow(one, other, on: database)
                case 18: try await world.block(one, other, on: database)
                case 19, 20: try await world.mute(one, other, on: database)
                case 21, 22:
                    let dies = Int.random(in: 0..<3, using: &random) == 0
                    try await world.unmute(one, other, drops: !dies, on: database)
                default: try await world.unblock(one, other, on: database)
                }
            }
        }

        /// Takes jobs in any order, half of them at once, runs some twice, and some again much later.
        func work(_ number: Int, on database: Database) async throws {
            var random = SeededRandom(seed &+ 100 &+ UInt64(number))
            let redis = await connection()
            while !isOver {
                guard !world.jobs.isEmpty, Int.random(in: 0..<3, using: &random) > 0 || writing == 0 else {
                    try await world.environment.loop.sleep(for: .milliseconds(1))
                    continue
                }
                let newest = world.jobs.count - 1
                let next = Bool.random(using: &random) ? newest : Int.random(in: 0...newest, using: &random)
                let job = world.jobs.remove(at: next)
                try await world.run(job, on: database, redis: redis)
                if writing > 0, Int.random(in: 0..<3, using: &random) == 0 { world.jobs.append(job) }
            }
            await redis.close()
        }

        func read(_ number: Int, on database: Database) async throws {
            var random = SeededRandom(seed &+ 200 &+ UInt64(number))
            let redis = await connection()
            let timeline = TimelineWorld<Feed>.timeline(database, redis, on: world.environment.loop)
            var next = Int.random(in: 0..<world.people.count, using: &random)
            while !isOver {
                let reader = world.people[next]
                next = (next + 1) % world.people.count
                let page = try await timeline.page(of: reader, before: nil, limit: 50).map(Feed.id)
                #expect(page == page.sorted(by: >) && Set(page).count == page.count, "seed \(seed)")
            }
            await redis.close()
        }

        /// Lets one author have very many followers, then few, and runs the job that follows from it, of which the
        /// product runs one at a time for each author.
        func changeCrowds(in world: TimelineWorld<FeedStore>, on database: Database) async throws {
            var random = SeededRandom(seed &+ 300)
            let redis = await connection()
            let job = ChoosePostDelivery(of: world.people[0])
            repeat {
                try await world.pretend(followers: Bool.random(using: &random) ? 20_000 : 5_000, on: database)
                try await world.run(world.producer.outboxJob(job, trace: nil), on: database, redis: redis)
            } while !isOver
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
