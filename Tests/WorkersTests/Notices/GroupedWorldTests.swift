import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// S2-121 to S2-124, S2-168: whatever users do on whichever device, their groups and the number of unread ones are
/// those of a model, which has a set of notifications and knows what was read.
@Suite("Groups of notifications in a random world", .database)
struct GroupedWorldTests {
    @Test(arguments: [1, 2] as [UInt64])
    func `are those of a model`(seed: UInt64) async throws {
        try await PoolHarness.open { pools in
            var world = try await GroupedWorld(pools, seed: seed)
            var (shown, unread) = (0, 0)
            for _ in 0..<15 {
                // Every group has a summary that the next action may make wrong.
                for _ in 0..<16 {
                    try await world.act()
                    let user = world.anyone()
                    let groups = try await pools.groups(user)
                    #expect(groups.map(GroupedWorld.Group.init) == (try await world.groups(of: user)), "seed \(seed)")
                }
                try await pools.runNotices()
                for user in world.users {
                    let expected = try await world.groups(of: user)
                    let groups = try await pools.groups(user)
                    #expect(groups.map(GroupedWorld.Group.init) == expected, "seed \(seed)")
                    shown += expected.count
                    unread += expected.count { $0.unread > 0 }
                }
            }
            #expect(shown > 50 && unread > 10 && unread < shown, "\(shown) shown, \(unread) unread")
        }
    }
}

/// A few users who like, comment, mention, follow, write and block at random, hide posts and close accounts, read and
/// delete notifications on two devices, one of which shows groups and the other single notifications.
private struct GroupedWorld {
    struct Group: Equatable {
        let newest: NotificationID
        let actors: Int
        let unread: Int

        init(_ newest: NotificationID, actors: Int, unread: Int) {
            (self.newest, self.actors, self.unread) = (newest, actors, unread)
        }

        init(_ group: NotificationGroup) {
            self.init(group.id, actors: group.actors, unread: group.unread)
        }
    }

    private struct Entry {
        let id: NotificationID
        let kind: NotificationKind
        let actor: UserID
        let entity: Identifier
        let order: Int
    }

    private let pools: PoolHarness
    let users: [UserID]
    private var posts: [(id: PostID, author: UserID)] = []
    private var comments: [(id: CommentID, post: PostID, author: UserID)] = []
    private var messages: [(id: Identifier, receiver: UserID)] = []
    private var readEntries: Set<NotificationID> = []
    private var closed: UserID?
    private var random: SeededRandom
    private static let names = ["ada", "bob", "eve", "ivy"]

    init(_ pools: PoolHarness, seed: UInt64) async throws {
        self.pools = pools
        random = SeededRandom(seed)
        var users: [UserID] = []
        for name in Self.names { users.append(try await pools.register(name)) }
        self.users = users
        for user in users { posts.append((try await pools.publish(by: user), user)) }
    }

    mutating func act() async throws {
        let user = pick(users.filter { $0 != closed })
        let other = pick(users.filter { $0 != user && $0 != closed })
        let post = pick(posts)
        let text = "Fine, @\(pick(Self.names))"
        switch Int.random(in: 0..<30, using: &random) {
        case 0...3: try await pools.like(post.id, by: user)
        case 4: try await pools.unlike(post.id, by: user)
        case 5, 6:
            let answered = comments.filter { $0.post == post.id }.randomElement(using: &random)
            let place = answered.map { CommentStore.Place.reply(to: $0.id) } ?? .post(post.id)
            if let comment = try await pools.commentIfSeen(text, at: place, by: user) {
                comments.append((comment, post.id, user))
            }
        case 7:
            guard let comment = comments.randomElement(using: &random) else { return }
            _ = try await pools.comments.delete(comment.id, by: comment.author)
        case 8, 9: try await pools.follow(other, by: user)
        case 10: try await pools.unfollow(other, by: user)
        case 11, 12, 13:
            let message = try await pools.unreadMessage(from: user, to: other)
            messages.append((message, other))
            try await pools.enqueue(Notify(.newMessage, to: other, by: user, entity: message))
        case 14: try await readMessage()
        case 15: if let message = messages.randomElement(using: &random) { try await pools.delete(message: message.id) }
        case 16: try await pools.block(other, by: user)
        case 17, 18: _ = try await BlockStore(pools.context.database).unblock(other, by: user)
        case 19:
            if posts.count < 4 || Bool.random(using: &random) {
                posts.append((try await pools.publish(by: user), user))
            } else {
                _ = try await pools.posts.delete(post.id, by: post.author)
                posts.removeAll { $0.id == post.id }
            }
        case 20:
            guard let comment = comments.randomElement(using: &random) else { return }
            try await pools.editComment(comment.id, text, by: comment.author)
        case 21: try await pools.edit(post.id, text, by: post.author)
        case 22, 23:
            let visibility = PostVisibility.allCases[Int.random(in: 0..<3, using: &random)]
            try await pools.edit(post.id, visibility: visibility, by: post.author)
        case 24: try await closeOrOpenAccount()
        default: try await useInbox(of: user)
        }
    }

    /// One account at a time is closed, for some actions.
    private mutating func closeOrOpenAccount() async throws {
        if let account = closed {
            #expect(try await pools.accounts.activate(account))
            closed = nil
        } else {
            let account = pick(users)
            #expect(try await pools.accounts.deactivate(account) != nil)
            closed = account
        }
    }

    mutating func anyone() -> UserID { pick(users) }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    /// The receiver reads a message: its notification is read, if there is one.
    private mutating func readMessage() async throws {
        try await pools.runNotices()
        guard let message = messages.randomElement(using: &random) else { return }
        let entries = try await shown(to: message.receiver).filter { $0.entity == message.id }
        _ = try await MessageStore(pools.context.database).read(MessageID(message.id), by: message.receiver)
        readEntries.formUnion(entries.map(\.id))
    }

    /// One device lists groups, the other single notifications.
    private mutating func useInbox(of user: UserID) async throws {
        try await pools.runNotices()
        let store = NotificationStore(pools.context.database)
        let shown = try await shown(to: user)
        guard let entry = shown.randomElement(using: &random) else { return }
        let group = shown.filter { key($0) == key(entry) && $0.order <= entry.order }
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1, 2:
            #expect(try await pools.groupedInbox.read(entry.id, by: user) != nil)
            readEntries.formUnion(group.map(\.id))
        case 3:
            #expect(try await store.read(entry.id, by: user))
            readEntries.insert(entry.id)
        case 4:
            try await store.readAll(by: user)
            readEntries.formUnion(shown.map(\.id))
        default:
            #expect(try await pools.groupedInbox.delete(entry.id, by: user))
            #expect(try await Set(self.shown(to: user).map(\.id)).isDisjoint(with: group.map(\.id)))
        }
    }

    /// What the list of single notifications shows; NoticeWorldTests compare that with the causes.
    private func shown(to user: UserID) async throws -> [Entry] {
        let inbox = try await pools.inbox(user)
        return try inbox.enumerated().map { place, notification in
            Entry(
                id: notification.id, kind: notification.kind, actor: try #require(notification.actor),
                entity: try #require(notification.entity), order: -place)
        }
    }

    private func key(_ entry: Entry) -> [String] {
        let common =
            switch entry.kind {
            case .postLiked, .postMentioned: entry.entity.description
            case .postCommented, .commentReplied, .commentMentioned:
                comments.first { $0.id.identifier == entry.entity }?.post.description ?? ""
            case .newMessage: entry.actor.description
            default: ""
            }
        return [entry.kind.rawValue, common]
    }

    /// The groups of a user's notifications, in the order of their newest rows, shown or hidden.
    func groups(of user: UserID) async throws -> [Group] {
        let members = Dictionary(grouping: try await shown(to: user), by: key)
        var places: [NotificationID: Int] = [:]
        for (place, var row) in try await pools.context.database.read(Self.places, [.id(user)]).enumerated() {
            places[try row.id(NotificationID.self)] = place
            let newest = try row.id(NotificationID.self)
            places[newest] = min(places[newest] ?? place, place)
        }
        let groups = try members.values.map { entries in
            let newest = try #require(entries.max { $0.order < $1.order })
            let place = entries.compactMap { places[$0.id] }.min() ?? .max
            return (
                place,
                Group(
                    newest.id, actors: Set(entries.map(\.actor)).count,
                    unread: entries.count { !readEntries.contains($0.id) })
            )
        }
        return groups.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Each row, the newest of its group first.
    private static let places = Statement(
        "test_places_of_groups",
        """
        SELECT id, first_value(id) OVER (PARTITION BY kind, group_id ORDER BY created_at DESC)
        FROM notifications WHERE user_id = $1
        ORDER BY max(created_at) OVER (PARTITION BY kind, group_id) DESC, created_at DESC
        """)
}
