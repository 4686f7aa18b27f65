import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// How many of the friend requests to one user are mailed, whoever sends them.
@Suite("Mails of friend requests", .database)
struct MailLimitTests {
    private static let limit = NotificationCatalog.standard[.friendRequest]?.hourlyMailLimit ?? 0

    @Test func `of sixty friend requests to one user five are mailed, and all are in the inbox`() async throws {
        try await PoolHarness.open { pools in
            let target = try await pools.register("target")
            for number in 0..<60 {
                let sender = try await pools.register("sender\(number)")
                let request = try await pools.request(from: sender, to: target)
                try await pools.enqueue(Notify(.friendRequest, to: target, by: sender, entity: request))
                // Without a digest window each notification is a mail of its own.
                try await pools.runAll()
            }
            #expect(Self.limit == 5)
            #expect(pools.mailbox.mail(to: "target@b.example").count == Self.limit)
            #expect(try await pools.inbox(target).count == 60)
            // What is not mailed now is not mailed later, with another notification.
            try await pools.enqueue(
                Notify(.achievement, to: target, by: nil, entity: target.identifier, title: "First friend"))
            try await pools.runAll()
            let subject = "You have 1 new notification on SocialPlay"
            #expect(pools.mailbox.decodedMail(to: "target@b.example", subject).count == Self.limit + 1)
        }
    }

    @Test func `in no hour more requests than the limit are mailed, and one is mailed whenever it may be`()
        async throws
    {
        var random = SystemRandomNumberGenerator()
        let gaps = (0..<80).map { _ in
            Bool.random(using: &random) ? Int.random(in: 0...90) : Int.random(in: 0...2_400)
        }
        try await PoolHarness.open { pools in
            let target = try await pools.register("target")
            var mailed: [Int] = []
            var second = 0
            for (number, gap) in gaps.enumerated() {
                // The past moves away by as much as the clock would have gone on.
                second += gap
                _ = try await pools.context.database.write(Self.shift, [.integer(gap)])
                let sender = try await pools.register("sender\(number)")
                let request = try await pools.request(from: sender, to: target)
                try await pools.run(Notify(.friendRequest, to: target, by: sender, entity: request))
                let count = try await pools.count(Self.toMail)
                let recent = mailed.filter { second - $0 < 3_600 }.count
                // At the edge of the hour the time that the test itself takes decides.
                if !mailed.contains(where: { abs(second - $0 - 3_600) < 30 }) {
                    #expect((count > mailed.count) == (recent < Self.limit), "\(gaps), request \(number)")
                }
                if count > mailed.count { mailed.append(second) }
            }
            for start in mailed {
                // By the database's clock the test's own time is part of the hour.
                let inHour = mailed.filter { (start..<start + 3_540).contains($0) }.count
                #expect(inHour <= Self.limit, "\(gaps)")
            }
            #expect(try await pools.inbox(target).count == gaps.count)
        }
    }

    private static let shift = Statement(
        "test_shift", "UPDATE notifications SET created_at = created_at - $1 * interval '1 second'")
    private static let toMail = Statement("test_to_mail", "SELECT count(*) FROM notifications WHERE wants_email")
}
