import Domain
import Jobs
import Postgres
import TestSupport
import Testing

@Suite("Dead jobs by cause", .database)
struct GroupingTests {
    @Test func `jobs of one queue, kind and cause are one group`() async throws {
        try await JobTestHarness.open { harness in
            for (count, kind, error) in [
                (3, "test-job", "the service answered 403"), (2, "test-job", "the service answered 404"),
                (1, "other-job", "the service answered 403"),
            ] {
                for _ in 0..<count { try await harness.writeDead(kind, error) }
            }
            let groups = try await harness.inspector.deadGroups()
            #expect(groups.map(\.count) == [3, 2, 1])
            #expect(groups.map(\.cause) == ["403", "404", "403"].map { "the service answered \($0)" })
            #expect(Set(groups.map(\.name)).count == 3)
            #expect(groups.allSatisfy { $0.queue == "email" && JobID($0.example) != nil })
            #expect(try await harness.inspector.deadGroups(of: [.images]).isEmpty)
            #expect(try await harness.inspector.deadGroups(limit: 1).map(\.count) == [3])
        }
    }

    @Test(arguments: [
        ("no account 019a1b2c-3d4e-7f00-8000-0123456789ab", "no account 019a1b2c-3d4e-7f00-8000-0123456789ac"),
        ("550 no mailbox <ada@a.example>", "550 no mailbox <bob@b.example>"),
        ("timed out after 1700000000123", "timed out after 1700000000999"),
        (#"cannot decode the job: {"a":1}"#, #"cannot decode the job: {"b":2}"#),
    ])
    func `what differs from job to job is not part of the cause`(one: String, other: String) async throws {
        try await JobTestHarness.open { harness in
            for error in [one, other] { try await harness.writeDead("test-job", error) }
            let groups = try await harness.inspector.deadGroups()
            #expect(groups.map(\.count) == [2], "\(groups.map(\.cause))")
        }
    }

    @Test func `a group is retried or deleted, and the others are left alone`() async throws {
        try await JobTestHarness.open { harness in
            for number in 0..<1_500 { try await harness.writeDead("test-job", "answered \(number % 3)") }
            let groups = try await harness.inspector.deadGroups()
            #expect(groups.map(\.count) == [500, 500, 500])
            let steps = RecordedNumbers()
            let deleted = try await harness.inspector.deleteGroup(groups[0].name) { done, total in
                #expect(total == 500)
                steps.add(done)
            }
            #expect(deleted?.count == 500 && deleted?.queue == .email && steps.count > 0)
            #expect(try await harness.rows("dead") == 1_000)
            #expect(try await harness.inspector.retryGroup(groups[1].name)?.count == 500)
            #expect(try await harness.rows("queued") == 500)
            #expect(try await harness.inspector.deadGroups().map(\.name) == [groups[2].name])
            #expect(try await harness.inspector.retryGroup(groups[1].name) == nil)
            #expect(try await harness.inspector.deleteGroup("unknown") == nil)
        }
    }

    @Test func `dead letters without a row are in groups, too`() async throws {
        try await JobTestHarness.open { harness in
            let consumer = try await harness.consume(SingleAttemptEphemeralJob.self) { job, _ in
                throw JobError.permanent(reason: "broken \(job.number % 2)")
            }
            for number in 0..<20 { try harness.producer.send(SingleAttemptEphemeralJob(number: number)) }
            try await harness.until { try await harness.overview().deadLetters == 20 }
            await consumer.stop()
            let groups = try await harness.inspector.deadGroups()
            #expect(groups.map(\.count) == [10, 10])
            #expect(try await harness.inspector.deleteGroup(groups[0].name)?.count == 10)
            #expect(try await harness.overview().deadLetters == 10)
            #expect(try await harness.inspector.retryGroup(groups[1].name)?.count == 10)
            #expect(try await harness.overview().deadLetters == 0)
            #expect(try await harness.overview().queued == 10)
        }
    }
}

extension JobTestHarness {
    /// Writes the row of a dead job.
    fileprivate func writeDead(_ kind: String, _ error: String) async throws {
        _ = try await database.write(Self.insert, [.text(kind), .text(error)])
    }

    private static let insert = Statement(
        "test_insert_dead_with_error",
        """
        INSERT INTO outbox (id, queue, kind, payload, state, attempt, error, ended_at)
        VALUES (gen_random_uuid(), 'email', $1, '{}', 'dead', 3, $2, now())
        """)
}
