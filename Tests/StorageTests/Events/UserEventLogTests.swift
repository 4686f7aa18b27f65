import Chassis
import Domain
import Postgres
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("User events", .database)
struct UserEventLogTests {
    @Test func `a position is known while its event is, or while it is the last one`() async throws {
        try await Stores.open { stores in
            let log = UserEventLog(stores.database)
            let users = try await stores.users("ada", "bob")
            let ada = users[0]
            #expect(try await log.head(of: ada) == .start)
            #expect(try await stores.names(of: ada, after: .start) == [])
            try await stores.append(3, to: ada, about: users[1])
            let head = try await log.head(of: ada)
            #expect(head.sequence == 3)
            #expect(try await stores.names(of: ada, after: .start) == ["relation", "relation", "relation"])
            #expect(try await stores.names(of: ada, after: head) == [])
            guard case .events(let events, _, isLast: false) = try await log.events(of: ada, after: .start, limit: 2)
            else {
                Issue.record("no page of two")
                return
            }
            #expect(try await stores.names(of: ada, after: events[1].position) == ["relation"])
            let strange = [
                // Of a database that was restored and gave the number again, and of one that had more.
                EventPosition(sequence: 2, microseconds: events[1].position.microseconds + 1),
                EventPosition(sequence: 3, microseconds: head.microseconds - 1),
                EventPosition(sequence: 4, microseconds: head.microseconds),
                EventPosition(sequence: 0, microseconds: 1),
            ]
            for position in strange { #expect(try await stores.names(of: ada, after: position) == nil, "\(position)") }
            // A day is not a week; then all are old.
            try await stores.age(days: 1)
            #expect(try await log.prune() == 0)
            try await stores.age(days: 7)
            #expect(try await log.prune(limit: 2) == 2)
            #expect(try await log.prune(limit: 2) == 1)
            #expect(try await stores.names(of: ada, after: .start) == nil)
            #expect(try await stores.names(of: ada, after: events[1].position) == nil)
            // Nothing was missed behind the last one.
            #expect(try await stores.names(of: ada, after: head) == [])
            #expect(try await log.head(of: ada) == head)
            try await stores.append(1, to: ada, about: users[1])
            #expect(try await log.head(of: ada).sequence == 4)
        }
    }

    @Test func `more than a thousand missed events are not replayed`() async throws {
        try await Stores.open { stores in
            let log = UserEventLog(stores.database)
            let users = try await stores.users("ada", "bob")
            try await stores.append(1_000, to: users[0], about: users[1])
            #expect(try await stores.names(of: users[0], after: .start)?.count == 1_000)
            try await stores.append(1, to: users[0], about: users[1])
            guard case .resync(let head) = try await log.events(of: users[0], after: .start, limit: 10) else {
                Issue.record("no resync")
                return
            }
            #expect(head.sequence == 1_001)
        }
    }

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

    @Test func `who got an event lately is found by its time`() async throws {
        try await Stores.open { stores in
            let log = UserEventLog(stores.database)
            let users = try await stores.users("ada", "bob")
            try await stores.append(2, to: users[0], about: users[1])
            try await stores.age(days: 1)
            try await stores.append(3, to: users[1], about: users[0])
            let newest = try await log.newest(within: .seconds(60))
            #expect(newest.map(\.user) == [users[1]] && newest.map(\.sequence) == [3])
        }
    }

    @Test(arguments: [
        "", ".", "1", "1.", ".1", "-1.5", "+1.5", "1.5.6", " 1.5", "1.5 ", "1,5", "9007199254740993.1",
        "1.253402300800000000", "99999999999999999999.1", "1.99999999999999999999", "x.y", "１.5",
    ]) func `only a position is one`(text: String) {
        #expect(EventPosition(text) == nil)
        #expect(EventPosition("12.1796087034206611")?.description == "12.1796087034206611")
    }
}

/// The reports of a store.
private final class Reported: Sendable {
    private let events = Mutex<[AppendedEvent]>([])
    var all: [AppendedEvent] { events.withLock { $0 } }
    var outlet: UserEventOutlet { UserEventOutlet { new in self.events.withLock { $0 += new } } }
}

extension Stores {
    /// What a user gets behind a position, in words; nil for a resync.
    fileprivate func names(of user: UserID, after position: EventPosition) async throws -> [String]? {
        guard
            case .events(let events, _, _) = try await UserEventLog(database).events(
                of: user, after: position, limit: 1_000)
        else { return nil }
        return events.map { event in
            switch event.content {
            case .newMessage(let message): "new \(message.content)"
            case .messageRead(let message): "read \(message.content)"
            case .messageDeleted: "deleted"
            case .notification(let notification, _): "notification \(notification.kind.rawValue)"
            case .notificationRead: "notification read"
            case .notificationGroupRead: "group read"
            case .allNotificationsRead: "all read"
            case .friendsChanged(let change, _, _, _): change.rawValue
            case .relationChanged: "relation"
            case .hidden: "hidden"
            }
        }
    }

    fileprivate func send(
        _ text: String, from sender: UserID, to receiver: UserID, _ messages: MessageStore
    ) async throws -> MessageID {
        let outcome = try await messages.send(
            NewMessage(
                from: sender, to: receiver, text, needsFriendship: false, in: Stores.id(ConversationID.self),
                enqueuing: Stores.job()))
        guard case .sent(let message, _) = outcome else { throw Refused() }
        return message.id
    }

    private struct Refused: Error {}

    fileprivate func append(_ count: Int, to user: UserID, about other: UserID) async throws {
        _ = try await database.write(Self.append, [.id(user), .id(other), .integer(count)])
    }

    private static let append = Statement(
        "test_append_some",
        """
        SELECT append_user_events(
            array_fill($1::uuid, ARRAY[$3::integer]), array_fill(20::smallint, ARRAY[$3::integer]), NULL,
            array_fill($2::uuid, ARRAY[$3::integer]))
        """)

    fileprivate func age(days: Int) async throws {
        _ = try await database.write(Self.age, [.integer(days)])
    }

    private static let age = Statement(
        "test_age_events", "UPDATE user_events SET created_at = created_at - $1::bigint * interval '1 day'")
}
