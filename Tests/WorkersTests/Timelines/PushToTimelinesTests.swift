import Chassis
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features
@testable import Workers

/// The job that adds an entry to the timelines of many followers.
@Suite(.database) struct PushToTimelinesTests {
    @Test func `an entry reaches the first and the last of many followers, in steps`() async throws {
        try await TimelineWorld<ActivityStore>.open(people: 5_400) { world in
            let readers = try await world.crowd()
            let pool = world.pool()
            try await world.publish(0)
            let job = try #require(world.jobs.first)
            #expect(try await InlineJobs(world.environment.database).runAll(pool) == 1)
            for reader in readers { #expect(try await world.page(of: reader).count == 1) }
            // A worker that dies behind the first step leaves the rest to the next one.
            try await world.publish(0)
            let next = try #require(world.jobs.last)
            #expect(next.id != job.id)
            let followers = try await FollowStore(world.environment.database).followers(
                of: world.people[0], before: nil, limit: 5_000)
            let checkpoint = try #require(followers.last?.follow)
            let handler = try #require(pool.first { $0.kind == PushToTimelines.kind })
            _ = try await handler.run(
                next.payload,
                JobContext(
                    Envelope(next), handler: handler, checkpoint: checkpoint.description, log: world.environment.log))
            // The newest followers were told in the step before.
            let oldest = try #require(readers.first)
            let newest = try #require(readers.last)
            #expect(try await world.page(of: oldest).count == 2)
            #expect(try await world.page(of: newest).count == 1)
        }
    }

    @Test func `a timeline that this version does not know waits for a newer worker`() async throws {
        try await TimelineWorld<ActivityStore>.open(people: 2) { world in
            let pool = world.pool()
            let handler = try #require(pool.first { $0.kind == PushToTimelines.kind })
            let payload = #"{"timeline":"later","author":"\#(world.people[0])","entry":"\#(world.people[1])"}"#
            let job = OutboxJob(
                id: JobID(world.people[0].identifier), queue: "notifications", kind: PushToTimelines.kind,
                payload: payload)
            await #expect(throws: JobError.self) {
                try await handler.run(
                    job.payload,
                    JobContext(Envelope(job), handler: handler, checkpoint: nil, log: world.environment.log))
            }
        }
    }
}

extension TimelineWorld<ActivityStore> {
    /// Lets all people follow the first one, one after the other.
    /// - Returns: Some who have timelines: the oldest, one between and the newest follower.
    fileprivate func crowd() async throws -> [Int] {
        _ = try await environment.database.write(
            Statement(
                "test_crowd",
                """
                INSERT INTO follows (follower_id, following_id, id, created_at)
                SELECT id, $1, id, now() FROM accounts WHERE id <> $1
                """), [.id(people[0])])
        let readers = [1, people.count / 2, people.count - 1]
        for reader in readers { try await build(reader) }
        return readers
    }
}
