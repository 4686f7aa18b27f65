import Chassis
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// S2-34, S2-35, S2-121 to S2-125, X-19: the list of groups that SocialPlay shows.
@Suite("Groups of notifications", .database)
struct GroupedInboxTests {
    @Test func `likes of a post are one entry, which names the newest and counts the others`() async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            let (post, other) = (try await pools.publish(by: ada), try await pools.publish(by: ada))
            for name in ["bob", "eve", "ivy"] {
                let user = try await pools.register(name)
                try await pools.like(post, by: user)
                _ = try await pools.comment(at: .post(post), by: user)
                try await pools.follow(ada, by: user)
            }
            try await pools.runNotices()
            try await pools.like(other, by: try await pools.register("max"))
            try await pools.runNotices()
            let groups = try await pools.groups(ada)
            #expect(groups.map(\.kind) == [.postLiked, .userFollowed, .postCommented, .postLiked])
            #expect(groups.map(\.actors) == [1, 3, 3, 3] && groups.map(\.unread) == [1, 3, 3, 3])
            #expect(groups.map(\.actor?.username) == ["max", "ivy", "ivy", "ivy"])
            #expect(groups[0].entity == other.identifier && groups[3].entity == post.identifier)
            #expect(try await pools.inbox(ada).count == 10)
        }
    }

    @Test func `a sender's messages are one entry, each is pushed, and a deleted one is not shown`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob, eve) = (
                try await pools.register("ada"), try await pools.register("bob"), try await pools.register("eve")
            )
            var messages: [Identifier] = []
            for sender in [bob, eve, bob, bob] {
                messages.append(try await pools.unreadMessage(from: sender, to: ada))
                try await pools.enqueue(Notify(.newMessage, to: ada, by: sender, entity: messages.last!))
            }
            try await pools.runNotices()
            #expect(try await pools.inline.enqueued(SendPush.self).count == 4)
            #expect(try await pools.groups(ada).map(\.unread) == [3, 1])
            _ = try await MessageStore(pools.context.database).read(MessageID(messages[0]), by: ada)
            #expect(try await pools.groups(ada).map(\.unread) == [2, 1])
            for message in [messages[1], messages[3]] { try await pools.delete(message: message) }
            let groups = try await pools.groups(ada)
            #expect(groups.map(\.actor?.username) == ["bob"] && groups.map(\.entity) == [messages[2]])
            #expect(try await pools.groupedInbox.unread(of: ada) == 1)
        }
    }

    @Test func `reading an entry leaves what came since, and deleting it too`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob, eve) = (
                try await pools.register("ada"), try await pools.register("bob"), try await pools.register("eve")
            )
            let inbox = pools.groupedInbox
            let post = try await pools.publish(by: ada)
            try await pools.like(post, by: bob)
            try await pools.runNotices()
            let seen = try await pools.groups(ada)[0].id
            try await pools.like(post, by: eve)
            try await pools.runNotices()
            let readAt = try await inbox.read(seen, by: ada)
            #expect(readAt != nil)
            // S2-125: nobody else's.
            #expect(try await inbox.read(seen, by: bob) == nil)
            #expect(try await !inbox.delete(seen, by: bob))
            #expect(try await pools.groups(ada).map(\.unread) == [1])
            #expect(try await inbox.read(seen, by: ada) == readAt)
            #expect(try await inbox.delete(seen, by: ada))
            #expect(try await !inbox.delete(seen, by: ada))
            let rest = try await pools.groups(ada)
            #expect(rest.map(\.actors) == [1] && rest[0].actor?.username == "eve" && rest[0].unread == 1)
            #expect(try await inbox.delete(rest[0].id, by: ada))
            #expect(try await pools.groups(ada).isEmpty)
            #expect(try await pools.inbox(ada).isEmpty)
            #expect(try await pools.count(Statement("test_groups", "SELECT count(*) FROM notification_groups")) == 0)
        }
    }

    @Test func `what has no other of its kind is an entry of its own, of the system`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob, eve) = (
                try await pools.register("ada"), try await pools.register("bob"), try await pools.register("eve")
            )
            for friend in [bob, eve] {
                let request = try await pools.request(from: friend, to: ada)
                try await pools.enqueue(Notify(.friendRequest, to: ada, by: friend, entity: request))
                try await pools.enqueue(Notify(.friendRequestAccepted, to: ada, by: friend, entity: request))
            }
            try await pools.enqueue(
                Notify(.achievement, to: ada, by: nil, entity: ada.identifier, title: "First friend"))
            try await pools.runNotices()
            let announcements = AnnouncementStore(pools.context.database)
            let id = PoolHarness.id(AnnouncementID.self)
            let job = try pools.context.producer.outboxJob(SendAnnouncement(announcement: id), trace: nil)
            #expect(try await announcements.create(id, title: "News", body: "Text", by: bob, enqueuing: job))
            try await pools.runAll()
            let groups = try await pools.groups(ada)
            #expect(groups.count == 6)
            #expect(groups[0].kind == .announcement && groups[0].title == "News" && groups[0].body == "Text")
            #expect(groups[0].actor == nil && groups[0].actors == 0)
            let descriptors = groups.compactMap { NotificationCatalog.standard[$0.kind] }
            #expect(descriptors.allSatisfy { $0.category == .system })
            #expect(
                Set(descriptors.map(\.entity)) == [.announcement, .achievement, .friendRequest, .friendship])
        }
    }

    @Test func `unread groups are counted up to a hundred, however many notifications they have`() async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            let achievements = { (count: Int) in
                for number in 0..<count {
                    try await pools.enqueue(
                        Notify(.achievement, to: ada, by: nil, entity: ada.identifier, title: "\(number)"))
                }
                try await pools.runNotices()
            }
            try await achievements(99)
            // Notifications of the same group, more than a page looks at.
            let sender = try await pools.register("bob")
            _ = try await pools.context.database.write(Self.manyMessages, [.id(ada), .id(sender)])
            for _ in 0..<2 {
                let page = try await pools.groupedInbox.page(of: ada, limit: 1)
                #expect(page.unread == 100 && page.hasMore)
                #expect(try await pools.groupedInbox.unread(of: ada) == 100)
                try await achievements(101)
            }
        }
    }

    /// Messages, their notifications and the group.
    private static let manyMessages = Statement(
        "test_many_messages",
        """
        WITH conversation AS (
            INSERT INTO conversations (id, low_id, high_id)
            VALUES (gen_random_uuid(), least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid)) RETURNING id
        ), sent AS (
            INSERT INTO messages (id, conversation_id, sender_id, receiver_id, content)
            SELECT gen_random_uuid(), id, $2, $1, 'Hello' FROM conversation, generate_series(1, 300) RETURNING id
        ), listed AS (
            INSERT INTO notification_groups (user_id, group_id, kind, newest_at) VALUES ($1, $2, 'new_message', now())
        )
        INSERT INTO notifications (id, user_id, kind, actor_id, entity_id, event, obsolescence, group_id, created_at)
        SELECT gen_random_uuid(), $1, 'new_message', $2, id, 'new_message:' || id, 'message_read', $2, now() FROM sent
        """)
}

extension PoolHarness {
    var groupedInbox: GroupedInbox { GroupedInbox(context.database) }

    /// A user's groups, read in pages by cursors; checks that those by numbers are the same, and what is counted.
    func groups(_ user: UserID) async throws -> [NotificationGroup] {
        var groups: [NotificationGroup] = []
        var cursor: NotificationCursor?
        var hasMore = true
        while hasMore {
            let numbered = try await groupedInbox.page(of: user, offset: groups.count, limit: 3)
            let page = try await groupedInbox.page(of: user, after: cursor, limit: 3)
            #expect(page.groups.map(\.id) == numbered.groups.map(\.id) && page.hasMore == numbered.hasMore)
            groups += page.groups
            cursor = page.groups.last?.cursor
            hasMore = page.hasMore && cursor != nil
        }
        let unread = try await groupedInbox.page(of: user, limit: 1).unread
        #expect(unread == groups.count { $0.unread > 0 })
        #expect(try await groupedInbox.unread(of: user) == unread)
        return groups
    }

    /// Writes a message, and counts it as unread.
    func unreadMessage(from sender: UserID, to receiver: UserID) async throws -> Identifier {
        let id = try await message(from: sender, to: receiver)
        _ = try await context.database.write(
            Statement(
                "test_count_message",
                "UPDATE conversation_members SET unread_count = unread_count + 1 WHERE user_id = $1 AND other_id = $2"),
            [.id(receiver), .id(sender)])
        return id
    }

    func delete(message: Identifier) async throws {
        _ = try await context.database.write(
            Statement("test_delete_message", "DELETE FROM messages WHERE id = $1"),
            [.uuid(message.high, message.low)])
    }
}
