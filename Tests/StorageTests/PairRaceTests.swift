import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

/// A transaction of a test that holds rows, so that statements which need them stop where the test wants them.
final class HeldRows: @unchecked Sendable {
    private let connection: BlockingConnection

    init(_ url: Secret<String>, _ query: String) throws {
        connection = try BlockingConnection.open(url)
        try connection.run("BEGIN")
        try connection.run(query)
    }

    static func profile(of user: UserID, at url: Secret<String>) throws -> HeldRows {
        try HeldRows(url, "SELECT FROM profiles WHERE user_id = '\(user)' FOR UPDATE")
    }

    /// Runs a further statement in the transaction.
    func run(_ query: String) throws { try connection.run(query) }

    func release() throws { try connection.run("COMMIT") }

    /// Returns how many statements of the test's database wait for a lock.
    func waiting() throws -> Int {
        var row = try connection.query(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'
            """)[0]
        return try row.int()
    }

    /// Returns when as many statements wait for a lock.
    func wait(for count: Int) async throws {
        try await eventually("\(count) statements wait for a lock") { try waiting() >= count }
    }
}

extension Stores {
    /// Sends a request and returns its id.
    func pending(from sender: UserID, to receiver: UserID) async throws -> FriendshipID {
        let id = Self.id(FriendshipID.self)
        _ = try await friends.request(id, from: sender, to: receiver, message: nil, enqueuing: FriendJobs())
        return id
    }

    func accept(_ id: FriendshipID, by user: UserID) async throws -> Bool {
        let outcome = try await friends.accept(
            id, by: user, from: Stores.id(UserID.self), enqueuing: FriendJobs())
        guard case .accepted = outcome else { return false }
        return true
    }
}

/// Writes between two users at the same moment: the outcome is that of one after the other.
@Suite("Races of two users", .database)
struct PairRaceTests {
    /// A statement that ends what an acceptance begins.
    enum Rival: CaseIterable {
        case decline, cancel, block

        fileprivate func run(
            _ stores: Stores, on request: FriendshipID, from sender: UserID, to receiver: UserID
        ) async throws -> Bool {
            switch self {
            case .decline: try await stores.friends.decline(request, by: receiver)
            case .cancel: try await stores.friends.cancel(request, by: sender)
            case .block: try await BlockStore(stores.database).block(sender, by: receiver)
            }
        }
    }

    @Test(arguments: Rival.allCases)
    func `a request is accepted, or the statement that begins meanwhile finds no request`(_ rival: Rival)
        async throws
    {
        try await Stores.openParallel(2) { environment, stores in
            let users = try await stores[0].users("ada", "bob")
            let id = try await stores[0].pending(from: users[0], to: users[1])
            // The acceptance has read the request, and waits for the profiles.
            let held = try HeldRows.profile(of: users[1], at: environment.databaseURL)
            async let accepted = stores[0].accept(id, by: users[1])
            try await held.wait(for: 1)
            async let other = rival.run(stores[1], on: id, from: users[0], to: users[1])
            try await held.wait(for: 2)
            try held.release()
            let outcome = (try await accepted, try await other)
            #expect(outcome == (true, rival == .block))
            #expect(try await stores[0].friends.all(of: users[0]).count == (rival == .block ? 0 : 1))
            #expect(try await CounterAudit(stores[0].database).page(after: nil).wrong == [])
        }
    }

    @Test func `of an acceptance and a refusal at the same moment exactly one happens, in sixty pairs`() async throws {
        try await Stores.openParallel(4) { _, stores in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for pair in 0..<60 {
                    group.addTask {
                        let mine = [stores[pair % 4], stores[(pair + 1) % 4]]
                        let users = try await mine[0].users("ada\(pair)", "bob\(pair)")
                        let id = try await mine[0].pending(from: users[0], to: users[1])
                        async let accepted = mine[0].accept(id, by: users[1])
                        let rival = pair % 2 == 0 ? Rival.decline : .cancel
                        async let refused = rival.run(mine[1], on: id, from: users[0], to: users[1])
                        let outcome = (try await accepted, try await refused)
                        #expect(outcome.0 != outcome.1, "pair \(pair)")
                        #expect(try await mine[0].friends.all(of: users[0]).count == (outcome.0 ? 1 : 0))
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await CounterAudit(stores[0].database).page(after: nil).wrong == [])
        }
    }
}
