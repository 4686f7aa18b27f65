import Domain
import Postgres
import Storage
import TestSupport
import Testing

/// Statements that write to several rows of one inbox.
@Suite("Races of inboxes", .database)
struct InboxRaceTests {
    @Test func `reading all notifications waits for a digest that is being recorded`() async throws {
        try await Stores.openParallel(1) { environment, stores in
            let user = try await stores[0].users("ada")[0]
            _ = try await stores[0].database.write(Self.notify, [.id(user)])
            let held = try HeldRows(environment.databaseURL, "SELECT lock_inbox('\(user)')")
            async let read: Void = NotificationStore(stores[0].database).readAll(by: user)
            try await held.wait(for: 1)
            try held.release()
            try await read
            #expect(try await NotificationStore(stores[0].database).page(of: user, offset: 0, limit: 9).unread == 0)
        }
    }

    // S2-168
    @Test(arguments: [true, false])
    func `a like that ends while it is notified leaves no notification`(isLikeEndedFirst: Bool) async throws {
        try await Stores.openParallel(2) { environment, stores in
            let users = try await stores[0].users("ada", "bob")
            let post = try await stores[0].likedPost(of: users[0], by: users[1])
            let posts = PostStore(stores[1].database)
            let inbox = NotificationStore(stores[1].database)
            if isLikeEndedFirst {
                // The job finds the like, which ends before the job does.
                let held = try HeldRows(environment.databaseURL, "SELECT unlike_post('\(post)', '\(users[1])')")
                #expect(try await stores[0].notifyLike(of: post, by: users[1], to: users[0]))
                #expect(try await inbox.page(of: users[0], offset: 0, limit: 9).total == 1)
                try held.release()
            } else {
                let held = try HeldRows(environment.databaseURL, "SELECT lock_inbox('\(users[0])')")
                async let isNotified = stores[0].notifyLike(of: post, by: users[1], to: users[0])
                try await held.wait(for: 1)
                _ = try await posts.unlike(post, by: users[1])
                try held.release()
                #expect(try await !isNotified)
            }
            let page = try await inbox.page(of: users[0], offset: 0, limit: 9)
            #expect(page.total == 0 && page.unread == 0 && page.notifications.isEmpty)
        }
    }

    /// What ends a like, in a transaction that commits after the list is read.
    enum Ending: CaseIterable {
        case unlike, block, deactivation, deletion

        fileprivate func statement(_ post: PostID, by liker: UserID, of author: UserID) -> String {
            switch self {
            case .unlike: "SELECT unlike_post('\(post)', '\(liker)')"
            case .block: "SELECT block_user('\(author)', '\(liker)')"
            case .deactivation: "UPDATE accounts SET is_active = false WHERE id = '\(liker)'"
            case .deletion: "DELETE FROM posts WHERE id = '\(post)'"
            }
        }
    }

    // S2-121, S2-168
    @Test(arguments: Ending.allCases)
    func `a like that ends while its group is computed is not in the next list`(_ ending: Ending) async throws {
        try await Stores.openParallel(1) { environment, stores in
            let users = try await stores[0].users("ada", "bob")
            let post = try await stores[0].likedPost(of: users[0], by: users[1])
            #expect(try await stores[0].notifyLike(of: post, by: users[1], to: users[0]))
            let inbox = GroupedInbox(stores[0].database)
            let held = try HeldRows(
                environment.databaseURL, ending.statement(post, by: users[1], of: users[0]))
            let before = try await inbox.page(of: users[0], limit: 9)
            #expect(before.groups.map(\.actors) == [1] && before.unread == 1)
            try held.release()
            let after = try await inbox.page(of: users[0], limit: 9)
            #expect(after.groups.isEmpty && after.unread == 0)
            #expect(try await inbox.unread(of: users[0]) == 0)
        }
    }

    // S2-168
    @Test func `a notification that is created while its actor is deactivated is not shown`() async throws {
        try await Stores.openParallel(1) { environment, stores in
            let users = try await stores[0].users("ada", "bob")
            let post = try await stores[0].likedPost(of: users[0], by: users[1])
            let held = try HeldRows(
                environment.databaseURL, "UPDATE accounts SET is_active = false WHERE id = '\(users[1])'")
            async let isNotified = stores[0].notifyLike(of: post, by: users[1], to: users[0])
            try await held.wait(for: 1)
            try held.release()
            #expect(try await !isNotified)
            #expect(try await GroupedInbox(stores[0].database).page(of: users[0], limit: 9).groups.isEmpty)
        }
    }

    // S2-97, S2-168
    @Test func `after likes, their ends and late and repeated jobs the inbox has the likes that are left`()
        async throws
    {
        try await Stores.openParallel(4) { _, stores in
            let users = try await stores[0].users("ada", "bob", "eve", "ivy", "kim")
            let author = users[0]
            var posts: [PostID] = []
            for _ in 0..<3 { posts.append(try await stores[0].likedPost(of: author, by: users[1])) }
            let all = posts
            try await withThrowingTaskGroup { group in
                for worker in 0..<4 {
                    group.addTask {
                        let own = stores[worker]
                        let store = PostStore(own.database)
                        var random = SeededRandom(UInt64(worker) + 1)
                        for _ in 0..<60 {
                            let post = all[Int.random(in: 0..<3, using: &random)]
                            let user = users[Int.random(in: 1..<5, using: &random)]
                            switch Int.random(in: 0..<4, using: &random) {
                            case 0: _ = try await GroupedInbox(own.database).page(of: author, limit: 9)
                            case 1:
                                // One, or several in one statement.
                                let liked = Bool.random(using: &random) ? [post] : all
                                _ = try await store.like(
                                    liked.map { PostStore.Like($0, by: user, enqueuing: Stores.job()) })
                            case 2: _ = try await store.unlike(post, by: user)
                            default: _ = try await own.notifyLike(of: post, by: user, to: author)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            // The jobs that are left.
            for post in posts {
                for user in users.dropFirst() {
                    _ = try await stores[0].notifyLike(of: post, by: user, to: author)
                }
            }
            let page = try await NotificationStore(stores[0].database).page(of: author, offset: 0, limit: 100)
            var expected: Set<String> = []
            for post in posts {
                let likes = try #require(
                    try await PostStore(stores[0].database).likes(of: post, for: author, offset: 0, limit: 9))
                for like in likes.likes { expected.insert("\(post) \(like.user.user)") }
                #expect(likes.total == likes.likes.count)
            }
            let shown = page.notifications.map { "\($0.entity?.description ?? "") \($0.actor?.description ?? "")" }
            #expect(Set(shown) == expected && shown.count == expected.count)
            #expect(page.total == expected.count && page.unread == expected.count)
            let groups = try await GroupedInbox(stores[0].database).page(of: author, limit: 9).groups
            #expect(groups.reduce(0) { $0 + $1.actors } == expected.count)
            #expect(groups.allSatisfy { $0.actors == $0.unread })
        }
    }

    private static let notify = Statement(
        "test_notify",
        """
        INSERT INTO notifications (id, user_id, kind, event)
        SELECT gen_random_uuid(), $1, 'achievement', number::text FROM generate_series(1, 3) AS number
        """)
}

extension Stores {
    /// Publishes a post, and likes it as another user.
    fileprivate func likedPost(of author: UserID, by user: UserID) async throws -> PostID {
        let store = PostStore(database)
        let draft = PostDraft(content: "Hello", mediaURLs: [], mediaType: nil, visibility: .everyone)
        let post = try #require(
            try await store.create(draft, by: author, enqueuing: [], as: Self.id(PostID.self)).id)
        _ = try await store.like([PostStore.Like(post, by: user, enqueuing: Self.job())])
        return post
    }

    /// Notifies of a like, by a job of its own.
    /// - Returns: Whether it was pushed.
    fileprivate func notifyLike(of post: PostID, by user: UserID, to author: UserID) async throws -> Bool {
        let descriptor = try #require(NotificationCatalog.standard[.postLiked])
        let job = Self.job()
        _ = try await database.write(
            Statement("test_enqueue", "INSERT INTO outbox SELECT * FROM outbox_rows($1)"), [.json(job.records)])
        return try await !NotificationStore(database).create(
            NewNotification(
                id: Self.id(NotificationID.self), user: author, descriptor, actor: user, entity: post.identifier,
                title: nil, event: "like:\(post):\(user)"),
            push: Self.job(), digest: nil, finishing: job.id
        ).isEmpty
    }
}
