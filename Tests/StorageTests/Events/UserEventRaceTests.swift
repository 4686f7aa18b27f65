import Domain
import Postgres
import Storage
import TestSupport
import Testing

/// Statements that append events of the same users at the same moment.
@Suite("Races of user events", .database)
struct UserEventRaceTests {
    @Test func `a reader behind six writers, some of which roll back, misses no event`() async throws {
        try await Stores.openParallel(7) { _, stores in
            let users = try await stores[6].users("ada", "bob")
            let written = try await withThrowingTaskGroup(of: Int.self) { group in
                for writer in 0..<6 {
                    group.addTask {
                        var written = 0
                        for turn in 0..<40 {
                            let isRolledBack = (turn + writer).isMultiple(of: 10)
                            do throws(PostgresError) {
                                _ = try await stores[writer].database.write(
                                    Self.append,
                                    [
                                        .id(users[turn % 2]), .id(users[(turn + 1) % 2]),
                                        .integer(isRolledBack ? 0 : 1),
                                    ])
                                written += 1
                            } catch {
                                guard isRolledBack, case .rejected = error else { throw error }
                            }
                        }
                        return written
                    }
                }
                let log = UserEventLog(stores[6].database)
                // What a client would have: each page continues at the end of the one before.
                var position = EventPosition.start
                let expected = 6 * 40 - 6 * 4
                while position.sequence < expected {
                    guard
                        case .events(let events, _, _) = try await log.events(
                            of: users[0], after: position, limit: 100)
                    else {
                        Issue.record("the log does not know \(position)")
                        break
                    }
                    for event in events {
                        #expect(event.position.sequence == position.sequence + 1)
                        #expect(event.position.microseconds >= position.microseconds)
                        position = event.position
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(written == 6 * 40 - 6 * 4)
            for user in users { #expect(try await UserEventLog(stores[6].database).head(of: user).sequence == written) }
        }
    }

    /// Holds the locks for some time, so that transactions overlap, and fails behind the events if $3 is 0.
    private static let append = Statement(
        "test_append",
        """
        SELECT append_user_events(ARRAY[$1, $2]::uuid[], '{20,20}', NULL, ARRAY[$2, $1]::uuid[]),
               pg_sleep(0.002 * random()), 1 / $3::integer
        """)

    @Test(arguments: [1, 2] as [UInt64])
    func `sets of messages, blocks and friendships among few users neither deadlock nor leave a hole`(
        seed: UInt64
    ) async throws {
        try await Stores.openParallel(5) { _, stores in
            let users = try await stores[0].users("ada", "bob", "eve", "ivy")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, stores) in stores.enumerated() {
                    group.addTask {
                        var random = SeededRandom(seed * 31 + UInt64(index))
                        for _ in 0..<40 { try await stores.act(among: users, &random) }
                    }
                }
                try await group.waitForAll()
            }
            var row = try await stores[0].database.read(Self.holes)[0]
            #expect(try row.int() == 0)
        }
    }

    /// Users whose events are not those from 1 to that of the head.
    private static let holes = Statement(
        "test_holes",
        """
        SELECT count(*) FROM user_event_heads AS head CROSS JOIN LATERAL (
            SELECT count(*) AS events, min(seq) AS first, max(seq) AS last FROM user_events WHERE user_id = head.user_id
        ) AS log
        WHERE (events, first, last) IS DISTINCT FROM (last_seq, 1, last_seq)
        """)
}

extension Stores {
    fileprivate func act(among users: [UserID], _ random: inout SeededRandom) async throws {
        let pair = users.shuffled(using: &random)
        let (one, other) = (pair[0], pair[1])
        let messages = MessageStore(database)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5:
            var set: [NewMessage] = []
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let pair = users.shuffled(using: &random)
                set.append(
                    NewMessage(
                        from: pair[0], to: pair[1], "Hi", needsFriendship: false, in: Stores.id(ConversationID.self),
                        enqueuing: Stores.job()))
            }
            _ = try await messages.send(set)
        case 5:
            let history = try await messages.history(of: one, with: other, before: nil, offset: 0, limit: 3)
            for message in history?.messages ?? [] { _ = try await messages.read(message.id, by: one) }
        case 6:
            let history = try await messages.history(of: one, with: other, before: nil, offset: 0, limit: 1)
            if let message = history?.messages.first {
                _ = try await messages.remove(message.id, forBoth: message.sender == one, by: one)
            }
        case 7: _ = try await BlockStore(database).block(other, by: one)
        case 8: _ = try await BlockStore(database).unblock(other, by: one)
        default:
            let friends = FriendStore(database)
            _ = try await friends.request(
                Stores.id(FriendshipID.self), from: one, to: other, message: nil, enqueuing: FriendJobs())
            _ = try await friends.request(
                Stores.id(FriendshipID.self), from: other, to: one, message: nil, enqueuing: FriendJobs())
            _ = try await friends.remove(other, by: one)
        }
    }
}
