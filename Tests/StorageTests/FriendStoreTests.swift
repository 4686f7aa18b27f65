import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

extension Stores {
    var friends: FriendStore { FriendStore(database) }

    /// Registers users, and returns their ids in the order of the names.
    func users(_ names: String...) async throws -> [UserID] {
        var users: [UserID] = []
        for name in names { users.append(try await register(name).account.id) }
        return users
    }

    @discardableResult
    func request(from sender: UserID, to receiver: UserID) async throws -> FriendOutcome {
        try await friends.request(
            Self.id(FriendshipID.self), from: sender, to: receiver, message: "Hello", enqueuing: FriendJobs())
    }

    func befriend(_ one: UserID, _ other: UserID) async throws {
        try await request(from: one, to: other)
        try await request(from: other, to: one)
    }
}

extension FriendOutcome {
    /// The reason of a refusal; nil for a request that was written.
    fileprivate var refusal: DomainError.Code? {
        if case .refused(let code) = self { code } else { nil }
    }
}

@Suite("Friends", .database)
struct FriendStoreTests {
    @Test func `an accepted request makes two friends and counts them`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("ada", "bob")
            let id = Stores.id(FriendshipID.self)
            var jobs = FriendJobs()
            jobs.requested = [OutboxJob(id: Stores.id(JobID.self), queue: "q", kind: "requested", payload: "{}")]
            jobs.accepted = [OutboxJob(id: Stores.id(JobID.self), queue: "q", kind: "accepted", payload: "{}")]
            jobs.first = [
                users[0]: OutboxJob(id: Stores.id(JobID.self), queue: "q", kind: "first", payload: "{}")
            ]
            let outcome = try await stores.friends.request(
                id, from: users[0], to: users[1], message: "Hello", enqueuing: jobs)
            guard case .pending(let made) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(made.id == id && made.enqueued == Set(jobs.requested.map(\.id)))
            #expect(try await stores.friends.incoming(of: users[1], offset: 0, limit: 9).map(\.message) == ["Hello"])
            #expect(try await stores.friends.outgoing(of: users[0], offset: 0, limit: 9).map(\.other.id) == [users[1]])
            #expect(try await stores.friends.relation(users[0], users[1])?.kind == .pending)
            let provisional = Stores.id(UserID.self)
            jobs.first = [
                provisional: OutboxJob(
                    id: Stores.id(JobID.self), queue: "q", kind: "first", payload: #"{"user":"\#(provisional)"}"#)
            ]
            let answer = try await stores.friends.accept(id, by: users[1], from: provisional, enqueuing: jobs)
            guard case .accepted(let accepted) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(accepted.other == users[0])
            var row = try #require(
                try await stores.database.read(
                    Statement("test_first", "SELECT payload ->> 'user' FROM outbox WHERE kind = 'first'")
                ).first)
            #expect(try row.text() == users[0].description)
            #expect(accepted.enqueued == Set(jobs.accepted.map(\.id) + jobs.first.values.map(\.id)))
            #expect(try await stores.friends.all(of: users[0]).map(\.friend.username) == ["bob"])
            #expect(try await stores.friends.page(of: users[1], offset: 0, limit: 9).total == 1)
            #expect(try await stores.friends.ids(of: users[0]).ids == [users[1]])
            #expect(try await stores.friends.relation(users[0], users[1])?.kind == .friends)
            #expect(try await stores.friends.incoming(of: users[1], offset: 0, limit: 9).isEmpty)
        }
    }

    @Test func `requests that cross make friends`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("ada", "bob")
            try await stores.request(from: users[0], to: users[1])
            guard case .accepted = try await stores.request(from: users[1], to: users[0]) else {
                Issue.record("the second request did not make friends")
                return
            }
            #expect(try await stores.request(from: users[0], to: users[1]).refusal == .alreadyFriends)
        }
    }

    @Test func `a request is refused with the code of its reason`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("ada", "bob")
            let unknown = Stores.id(UserID.self)
            #expect(try await stores.request(from: users[0], to: unknown).refusal == .userNotFound)
            try await stores.request(from: users[0], to: users[1])
            #expect(try await stores.request(from: users[0], to: users[1]).refusal == .friendRequestExists)
            let id = Stores.id(FriendshipID.self)
            let answer = try await stores.friends.accept(
                id, by: users[1], from: Stores.id(UserID.self), enqueuing: FriendJobs())
            #expect(answer.refusal == .friendRequestNotFound)
        }
    }

    @Test func `the receiver declines and the sender cancels, not the other way round`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("ada", "bob")
            for _ in 0..<2 {
                guard case .pending(let made) = try await stores.request(from: users[0], to: users[1]) else {
                    Issue.record("no request")
                    return
                }
                #expect(try await stores.friends.decline(made.id, by: users[0]) == false)
                #expect(try await stores.friends.cancel(made.id, by: users[1]) == false)
                #expect(try await stores.friends.decline(made.id, by: users[1]))
                #expect(try await stores.friends.cancel(made.id, by: users[0]) == false)
            }
        }
    }

    @Test func `a friendship ends for both, and its counters with it`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("ada", "bob", "cyd")
            try await stores.befriend(users[0], users[1])
            try await stores.befriend(users[0], users[2])
            #expect(try await stores.friends.mutual(users[1], users[2]).map(\.username) == ["ada"])
            let before = try await stores.friends.ids(of: users[0]).version
            #expect(try await stores.friends.remove(users[1], by: users[0]))
            #expect(try await stores.friends.remove(users[1], by: users[0]) == false)
            #expect(try await stores.friends.ids(of: users[0]).version != before)
            #expect(try await stores.friends.all(of: users[1]).isEmpty)
            #expect(try await stores.friends.removeSome(of: users[0]) == 1)
            #expect(try await CounterAudit(stores.database).page(after: nil).wrong == [])
        }
    }

    @Test func `friends who hide their presence are known`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("ada", "bob", "cyd")
            try await stores.befriend(users[0], users[1])
            try await stores.befriend(users[0], users[2])
            var changes = AccountChanges()
            changes.showsOnlineStatus = false
            _ = try await stores.accounts.update(users[2], changes)
            #expect(try await stores.friends.ids(of: users[0]).hidden == [users[2]])
            let shown = try await stores.friends.friends(of: users[0], among: [users[2]]).friends
            #expect(shown.map(\.friend.showsOnlineStatus) == [false])
        }
    }
}

@Suite("Blocks", .database)
struct BlockStoreTests {
    @Test func `a block ends the friendship, and a request of the blocked user is never seen`() async throws {
        try await Stores.open { stores in
            let blocks = BlockStore(stores.database)
            let users = try await stores.users("ada", "bob")
            try await stores.befriend(users[0], users[1])
            #expect(try await blocks.block(users[1], by: users[0]))
            #expect(try await blocks.block(Stores.id(UserID.self), by: users[0]) == false)
            #expect(try await blocks.list(of: users[0], offset: 0, limit: 9).map(\.user.username) == ["bob"])
            #expect(try await stores.friends.all(of: users[1]).isEmpty)
            guard case .pending = try await stores.request(from: users[1], to: users[0]) else {
                Issue.record("the blocked sender noticed the block")
                return
            }
            #expect(try await stores.friends.incoming(of: users[0], offset: 0, limit: 9).isEmpty)
            #expect(try await stores.request(from: users[0], to: users[1]).refusal == .userBlocked)
            #expect(try await blocks.unblock(users[1], by: users[0]))
            #expect(try await blocks.unblock(users[1], by: users[0]) == false)
            #expect(try await CounterAudit(stores.database).page(after: nil).wrong == [])
        }
    }
}
