import Chassis
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

@Suite(.database) struct PublishDraftTests {
    private static let post = PostDraft(content: "Soon", mediaURLs: [], mediaType: nil, visibility: .everyone)

    @Test func `a worker publishes a due post once, and ends the job in the same statement`() async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            let schedule = try await Self.schedule(in: -1, by: ada, pools)
            // As a worker that dies behind the effect.
            try await pools.inline.runOnce(schedule.job, pools.handlers())
            #expect(try await pools.waiting(PublishDraft.kind).isEmpty)
            #expect(try await pools.waiting("push-to-timelines").count == 1)
            try await pools.inline.runOnce(schedule.job, pools.handlers())
            #expect(try await pools.waiting("push-to-timelines").count == 1)
            #expect(try await PostStore(pools.context.database).find(schedule.post, for: nil)?.content == "Soon")
            #expect(try await CounterAudit(pools.context.database).page(after: nil).wrong == [])
        }
    }

    @Test func `a job that Redis readied early, and one of a deactivated account, run again later`() async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            _ = try await Self.schedule(in: 30, by: ada, pools)
            let early = try await pools.failure()?.cause as? JobError
            guard case .snooze(let rest) = early else {
                Issue.record("the job was not postponed")
                return
            }
            #expect(rest > .seconds(20) && rest <= .seconds(30))
            let drafts = DraftStore(pools.context.database)
            let draft = try #require(try await drafts.page(of: ada, after: nil, limit: 1).first)
            #expect(try await drafts.delete(.draft(draft.id), by: ada, expecting: nil) == nil)
            _ = try await Self.schedule(in: -1, by: ada, pools)
            _ = try await pools.context.database.write(
                Statement("test_deactivate", "UPDATE accounts SET is_active = false WHERE id = $1"), [.id(ada)])
            guard case .snooze(PublishDraftHandler.pause) = try await pools.failure()?.cause as? JobError else {
                Issue.record("the post of a deactivated account did not wait")
                return
            }
            #expect(try await drafts.page(of: ada, after: nil, limit: 2).count == 1)
        }
    }

    @Test func `the row of a job becomes due at the time of the post, or in time for the sweep`() async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            for seconds in [60, 3_600] { _ = try await Self.schedule(in: seconds, by: ada, pools) }
            var leads: [Int] = []
            for var row in try await pools.context.database.read(Self.leads) { leads.append(try row.int()) }
            #expect(leads == [0, 90])
        }
    }

    @Test func `a schedule survives an API that dies behind the commit, and a flushed Redis`() async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            // Its job is pushed by no process.
            let schedule = try await Self.schedule(in: -1, by: ada, pools)
            let sweep = OutboxSweep(database: pools.context.database, redis: pools.context.redis)
            #expect(try await sweep.run() == 1)
            #expect(try await sweep.run() == 0)
            try await RedisPrefix.removeKeys(of: pools.context.redis)
            #expect(try await sweep.run() == 1)
            try await pools.inline.runAll(pools.handlers().filter { $0.kind == PublishDraft.kind })
            #expect(try await PostStore(pools.context.database).find(schedule.post, for: nil) != nil)
        }
    }

    /// How many seconds the rows of jobs are due before the posts.
    private static let leads = Statement(
        "test_leads",
        """
        SELECT round(extract(epoch FROM publish_at - run_at))::integer
        FROM drafts JOIN outbox ON outbox.id = job_id ORDER BY publish_at
        """)

    /// Schedules a post as the API does.
    private static func schedule(in seconds: Int, by author: UserID, _ pools: PoolHarness) async throws -> NewSchedule {
        let time = Timestamp(microseconds: Int64(Timestamp.now.unixMilliseconds + seconds * 1_000) * 1_000)
        let post = PostID(unixMilliseconds: time.unixMilliseconds)
        let job = try pools.context.producer.outboxJob(PublishDraft(post, by: author), trace: nil)
        let schedule = NewSchedule(publishAt: time, post: post, job: job)
        _ = try await DraftStore(pools.context.database).create(
            Self.post, by: author, at: schedule, under: nil, keyed: post)
        return schedule
    }
}
