import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features
@testable import Workers

/// The feed from timelines that PostgreSQL checks.
@Suite(.database) struct TimelineTests {
    // S1-92 to S1-94
    @Test func `a timeline gets what is published, and shows it as the rule does`() async throws {
        try await TimelineWorld<ActivityStore>.open(people: 3) { world in
            try await world.follow(0, 1)
            try await world.publish(1)
            try await world.runAll()
            #expect(try await world.page(of: 0).count == 1)
            // The answer of the first page began to build the timeline.
            try await eventually("the timeline is built", within: 60) { try await world.isListed(0) }
            let track = try await world.publish(1)
            #expect(try await world.page(of: 0).count == 1, "the job has not run yet")
            try await world.runAll()
            #expect(try await world.page(of: 0) == world.rows().feed(of: world.people[0]))
            #expect(try await world.page(of: 0).count == 2)
            let shown = try await world.timeline.page(of: world.people[0], before: nil, limit: 50)[0]
            #expect(shown.track == track && shown.trackTitle == "Song" && shown.user == world.people[1])
        }
    }

    @Test func `who follows no other user has an empty feed, until they do`() async throws {
        try await TimelineWorld<ActivityStore>.open(people: 2) { world in
            try await world.publish(1)
            try await world.build(0)
            #expect(try await world.store.read(.activities, of: world.people[0]) == .ids([], then: .none))
            #expect(try await world.page(of: 0) == [])
            try await world.follow(0, 1)
            #expect(try await !world.isListed(0))
            #expect(try await world.page(of: 0).count == 1)
        }
    }

    @Test func `of a process that dies after a follow the job drops the timeline`() async throws {
        try await TimelineWorld<ActivityStore>.open(people: 2) { world in
            try await world.publish(1)
            try await world.build(0)
            try await world.follow(0, 1, drops: false)
            #expect(try await world.page(of: 0) == [])
            try await world.runAll()
            #expect(try await world.page(of: 0) == world.rows().feed(of: world.people[0]))
            #expect(try await world.page(of: 0).count == 1)
        }
    }

    @Test func `who has no followers enqueues no job, and who follows a silent user neither`() async throws {
        try await TimelineWorld<ActivityStore>.open(people: 3) { world in
            try await world.publish(1)
            try await world.follow(0, 2)
            #expect(world.jobs.isEmpty)
            try await world.build(0)
            try await world.publish(2)
            try await world.runAll()
            #expect(try await world.page(of: 0).count == 1)
        }
    }

    @Test func `unfollows, blocks, deletions and closed accounts take effect at once`() async throws {
        try await TimelineWorld<ActivityStore>.open(people: 6) { world in
            for other in 1...5 {
                try await world.follow(0, other)
                try await world.publish(other)
            }
            let track = try await world.publish(5)
            try await world.runAll()
            try await world.build(0)
            #expect(try await world.page(of: 0).count == 6)
            for left in [5, 4, 3, 2, 1] {
                switch left {
                case 5: try await world.unfollow(0, 1)
                case 4: try await world.block(0, 2)
                case 3: try await world.block(3, 0)
                case 2: try await world.delete(track)
                default: try await world.deactivate(4)
                }
                #expect(try await world.page(of: 0).count == left)
                #expect(try await world.page(of: 0) == world.rows().feed(of: world.people[0]))
                #expect(try await world.isListed(0))
            }
            try await world.activate(4)
            #expect(try await world.page(of: 0).count == 2)
        }
    }

    @Test func `a mute hides a user's entries at once, and an unmute shows those of meanwhile`() async throws {
        try await TimelineWorld<ActivityStore>.open(people: 3) { world in
            for other in [1, 2] { try await world.follow(0, other) }
            try await world.publish(1)
            try await world.publish(2)
            try await world.runAll()
            try await world.build(0)
            #expect(try await world.page(of: 0).count == 2)
            try await world.mute(0, 1)
            #expect(try await world.isListed(0))
            #expect(try await world.page(of: 0) == world.rows().feed(of: world.people[0]))
            #expect(try await world.page(of: 0).count == 1)
            // It is published while it is muted, and added to no timeline of the muter.
            try await world.publish(1)
            try await world.runAll()
            guard case .ids(let listed, _) = try await world.store.read(.activities, of: world.people[0]) else {
                Issue.record("the timeline is gone")
                return
            }
            #expect(listed.count == 2)
            #expect(try await world.page(of: 0).count == 1)
            try await world.unmute(0, 1)
            #expect(try await !world.isListed(0))
            #expect(try await world.page(of: 0).count == 3)
            try await world.build(0)
            #expect(try await world.page(of: 0) == world.rows().feed(of: world.people[0]))
        }
    }

    @Test func `of a process that dies after an unmute the job drops the timeline`() async throws {
        try await TimelineWorld<ActivityStore>.open(people: 2) { world in
            try await world.mute(0, 1)
            // The follow of a muted user drops nothing.
            try await world.publish(1)
            try await world.follow(0, 1)
            #expect(world.jobs.isEmpty)
            try await world.build(0)
            try await world.unmute(0, 1, drops: false)
            #expect(try await world.page(of: 0) == [])
            try await world.runAll()
            #expect(try await world.page(of: 0) == world.rows().feed(of: world.people[0]))
            #expect(try await world.page(of: 0).count == 1)
        }
    }

    @Test func `an account that is active again is shown by timelines that were built meanwhile`() async throws {
        try await TimelineWorld<ActivityStore>.open(people: 2) { world in
            try await world.follow(0, 1)
            try await world.publish(1)
            try await world.runAll()
            try await world.deactivate(1)
            try await world.build(0)
            #expect(try await world.page(of: 0) == [])
            try await world.activate(1)
            #expect(try await world.page(of: 0).count == 1)
        }
    }

    // CONTRACT: a block ends follows, and who is blocked cannot tell it from a stranger's answer.
    @Test func `the follow of a blocked user is hidden and shows nothing, also of a private profile`() async throws {
        try await TimelineWorld<ActivityStore>.open(people: 2) { world in
            _ = try await world.environment.database.write(
                Statement("test_private", "UPDATE profiles SET is_private = true"))
            try await world.follow(0, 1)
            try await world.publish(1)
            try await world.runAll()
            try await world.build(0)
            #expect(try await world.page(of: 0).count == 1)
            // The owner of the private profile removes the follower.
            try await world.block(1, 0)
            #expect(try await world.page(of: 0) == [])
            try await world.follow(0, 1)
            #expect(world.jobs.isEmpty)
            try await world.publish(1)
            #expect(world.jobs.isEmpty, "a hidden follower is told nothing")
            try await world.unblock(1, 0)
            for _ in 0..<2 {
                #expect(try await world.page(of: 0) == [])
                try await world.build(0)
            }
        }
    }

    @Test func `a cut timeline whose entries became invisible does not end the feed`() async throws {
        try await TimelineWorld<ActivityStore>.open(people: 3) { world in
            try await world.follow(0, 1)
            try await world.follow(0, 2)
            for _ in 0..<70 { try await world.publish(2) }
            for _ in 0..<110 { try await world.publish(1) }
            try await world.runAll()
            try await world.build(0)
            let newest = try await ActivityStore(world.environment.database).newest(
                for: world.people[0], limit: TimelineStore.size)
            #expect(
                try await world.store.read(.activities, of: world.people[0]) == .ids(newest, then: .inDatabase))
            try await world.unfollow(0, 1)
            let rule = try await world.rows()
            #expect(rule.feed(of: world.people[0], limit: 200).count == 70)
            #expect(try await world.page(of: 0) == rule.feed(of: world.people[0]))
            // It showed mostly what is invisible, so it is built again.
            try await eventually("the timeline is dropped", within: 60) { try await !world.isListed(0) }
            try await world.build(0)
            #expect(try await world.page(of: 0, limit: 100) == rule.feed(of: world.people[0], limit: 100))
        }
    }

    @Test func `random worlds have the feed of the rule by timelines and without, page by page`() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        try await TimelineWorld<ActivityStore>.open(people: 12) { world in
            var random = SeededRandom(seed)
            var tracks: [MediaID] = []
            for _ in 0..<8 {
                for _ in 0..<60 {
                    let (one, other) = random.pair(below: 12)
                    switch Int.random(in: 0..<23, using: &random) {
                    case 0..<11: tracks.append(try await world.publish(one))
                    case 11..<16: try await world.follow(one, other)
                    case 16: try await world.unfollow(one, other)
                    case 17: if let track = tracks.randomElement(using: &random) { try await world.delete(track) }
                    case 18: try await world.block(one, other)
                    case 19, 20: try await world.mute(one, other)
                    case 21: try await world.unmute(one, other)
                    default:
                        try await world.unblock(one, other)
                        try await world.deactivate(one)
                        try await world.activate(other)
                    }
                }
                world.jobs.shuffle(using: &random)
                try await world.runAll()
                let rule = try await world.rows()
                for person in 0..<12 {
                    let reader = world.people[person]
                    try await world.build(person)
                    var last: Identifier?
                    let limit = Int.random(in: 1...60, using: &random)
                    repeat {
                        let expected = rule.feed(of: reader, before: last, limit: limit)
                        let read = try await ActivityStore(world.environment.database).visible(
                            before: last, to: reader, limit: limit)
                        #expect(read.map(\.id.identifier) == expected, "seed \(seed)")
                        let page = try await world.timeline.page(of: reader, before: last, limit: limit)
                        #expect(page == read, "seed \(seed)")
                        last = expected.last
                    } while last != nil
                }
            }
        }
    }
}
