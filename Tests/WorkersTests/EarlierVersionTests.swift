import Domain
import Foundation
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// The jobs that an earlier version left unfinished are run by this version's handlers.
@Suite(.database) struct EarlierVersionTests {
    @Test func `every unfinished job of version 0_1_0 runs`() async throws {
        let url = TestDatabase.current.url
        try EarlierVersion.restore(into: url)
        _ = try Migrator().migrate(url)
        try await PoolHarness.open { pools in
            let kinds = Set(try await pools.inline.enqueuedKinds())
            let handled = Set(try pools.handlers().map(\.kind))
            #expect(kinds.isSubset(of: handled), "no handler: \(kinds.subtracting(handled))")
            #expect(kinds.count == EarlierVersion.jobKinds.count)
            try await pools.runAll()
            #expect(try await pools.inline.enqueuedKinds() == [])
            #expect(try await pools.count(Self.deleted) == 0)
            #expect(try await pools.count(Self.announced) == 3)
            // Four welcomes and verifications, less those of the deleted account; a reset, a notice of each change and
            // login, and the digests.
            #expect(pools.mailbox.mail(to: "@example.com").count >= 8)
        }
    }

    private static let deleted = Statement(
        "test_deleted_accounts", "SELECT count(*) FROM accounts WHERE deleted_at IS NOT NULL")
    private static let announced = Statement(
        "test_announced", "SELECT count(*) FROM notifications WHERE kind = 'announcement'")
}
