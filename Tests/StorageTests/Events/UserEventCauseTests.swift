import Domain
import Postgres
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Causes of user events", .database)
struct UserEventCauseTests {
    @Test func `messages are events of both, shown as they are now`() async throws {
        try await Stores.open { stores in
            let reported = Reported()
            let messages = MessageStore(stores.database, events: reported.outlet)
            let users = try await stores.users("ada", "bob")
            let (ada, bob) = (users[0], users[1])
            let first = try await stores.send("One", from: ada, to: bob, messages)
            #expect(Set(reported.all.map(\.user)) == [ada, bob] && reported.all.map(\.position.sequence) == [1, 1])
            let head = try await UserEventLog(stores.database).head(of: bob)
            #expect(reported.all.contains(AppendedEvent(user: bob, position: head)))
            _ = try await messages.read(first, by: bob)
            _ = try await messages.read(first, by: bob)
            let second = try await stores.send("Two", from: bob, to: ada, messages)
            for user in users {
                #expect(try await stores.names(of: user, after: .start) == ["new One", "read One", "new Two"])
            }
            #expect(try await messages.remove(second, forBoth: false, by: ada) == nil)
            #expect(try await stores.names(of: ada, after: .start) == ["new One", "read One", "hidden", "deleted"])
            #expect(try await stores.names(of: bob, after: .start) == ["new One", "read One", "new Two"])
            #expect(try await messages.remove(first, forBoth: true, by: ada) == nil)
            #expect(
                try await stores.names(of: ada, after: .start) == ["hidden", "hidden", "hidden", "deleted", "deleted"])
            #expect(try await stores.names(of: bob, after: .start) == ["hidden", "hidden", "new Two", "deleted"])
        }
    }

    @Test func `several messages of one statement are numbered for each user, and reported once`() async throws {
        try await Stores.open { stores in
            let reported = Reported()
            let messages = MessageStore(stores.database, events: reported.outlet)
            let users = try await stores.users("ada", "bob", "eve")
            _ = try await BlockStore(stores.database).block(users[0], by: users[2])
            let wanted = [(0, 1), (1, 0), (0, 2), (0, 1)]
            _ = try await messages.send(
                wanted.enumerated().map { place, pair in
                    NewMessage(
                        from: users[pair.0], to: users[pair.1], "\(place)", needsFriendship: false,
                        in: Stores.id(ConversationID.self), enqueuing: Stores.job())
                })
            #expect(reported.all.count == 2)
            #expect(
                try await stores.names(of: users[0], after: .start) == ["relation", "new 0", "new 1", "new 2", "new 3"])
            #expect(try await stores.names(of: users[1], after: .start) == ["new 0", "new 1", "new 3"])
            // A blocked sender's message is an event of the sender alone.
            #expect(try await stores.names(of: users[2], after: .start) == ["relation"])
        }
    }

    @Test func `what a block hides is not shown of the past either, and its end shows it again`() async throws {
        try await Stores.open { stores in
            let (messages, blocks) = (MessageStore(stores.database), BlockStore(stores.database))
            let users = try await stores.users("ada", "bob")
            let (ada, bob) = (users[0], users[1])
            try await stores.befriend(ada, bob)
            let message = try await stores.send("Hi", from: ada, to: bob, messages)
            _ = try await messages.read(message, by: bob)
            let gone = try await stores.send("Oh", from: ada, to: bob, messages)
            _ = try await messages.remove(gone, forBoth: true, by: ada)
            #expect(
                try await stores.names(of: bob, after: .start)
                    == ["hidden", "accepted", "new Hi", "read Hi", "hidden", "deleted"])
            _ = try await blocks.block(bob, by: ada)
            // The friendship is over; that the other blocks, and what the other did, is not to be seen.
            #expect(
                try await stores.names(of: bob, after: .start)
                    == ["hidden", "hidden", "hidden", "hidden", "hidden", "hidden", "relation", "removed"])
            #expect(
                try await stores.names(of: ada, after: .start)
                    == ["hidden", "hidden", "new Hi", "hidden", "hidden", "deleted", "relation", "removed"])
            _ = try await blocks.unblock(bob, by: ada)
            #expect(
                try await stores.names(of: bob, after: .start)
                    == [
                        "hidden", "hidden", "new Hi", "read Hi", "hidden", "deleted", "relation", "removed", "relation",
                    ])
        }
    }

    @Test func `requests are events of both, unless the receiver blocks the sender`() async throws {
        try await Stores.open { stores in
            let (friends, blocks) = (FriendStore(stores.database), BlockStore(stores.database))
            let users = try await stores.users("ada", "bob", "eve")
            let (ada, bob, eve) = (users[0], users[1], users[2])
            var requests: [FriendshipID] = []
            for receiver in [bob, bob, eve] {
                if receiver == eve { _ = try await blocks.block(ada, by: eve) }
                let id = Stores.id(FriendshipID.self)
                _ = try await friends.request(id, from: ada, to: receiver, message: nil, enqueuing: FriendJobs())
                requests.append(id)
                if requests.count == 1 { #expect(try await friends.decline(id, by: bob)) }
            }
            #expect(try await stores.names(of: bob, after: .start) == ["hidden", "withdrawn", "requested"])
            #expect(
                try await stores.names(of: ada, after: .start)
                    == ["hidden", "withdrawn", "requested", "relation", "requested"])
            #expect(try await stores.names(of: eve, after: .start) == ["relation"])
            #expect(try await friends.cancel(requests[2], by: ada))
            #expect(try await stores.names(of: eve, after: .start) == ["relation"])
            // The request of who blocks ends with it.
            _ = try await blocks.block(bob, by: ada)
            #expect(
                try await stores.names(of: bob, after: .start)
                    == ["hidden", "withdrawn", "hidden", "relation", "withdrawn"])
        }
    }

    @Test func `a deleted account leaves no event, and its friends are told`() async throws {
        try await Stores.open { stores in
            let friends = FriendStore(stores.database)
            let log = UserEventLog(stores.database)
            let users = try await stores.users("ada", "bob")
            try await stores.befriend(users[0], users[1])
            try await stores.append(3, to: users[0], about: users[1])
            #expect(try await friends.removeSome(of: users[0]) == 1)
            #expect(try await friends.removeSome(of: users[0]) == 0)
            #expect(try await stores.names(of: users[1], after: .start) == ["hidden", "hidden", "removed"])
            #expect(try await log.removeSome(of: users[0], limit: 4) == 4)
            _ = try await stores.database.write(
                Statement("test_delete_account", "DELETE FROM accounts WHERE id = $1"), [.id(users[0])])
            #expect(try await log.removeSome(of: users[0]) == 0)
            #expect(try await log.head(of: users[0]) == .start)
            #expect(try await stores.names(of: users[1], after: .start) == ["hidden", "hidden", "removed"])
        }
    }
}

/// The reports of a store.
private final class Reported: Sendable {
    private let events = Mutex<[AppendedEvent]>([])
    var all: [AppendedEvent] { events.withLock { $0 } }
    var outlet: UserEventOutlet { UserEventOutlet { new in self.events.withLock { $0 += new } } }
}
