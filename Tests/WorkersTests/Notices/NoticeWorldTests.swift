import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// S2-168: whatever users do, an inbox shows the notifications whose cause exists and is seen, and no others.
@Suite("Notifications of a random world", .database)
struct NoticeWorldTests {
    @Test(arguments: [1, 2] as [UInt64])
    func `are shown while their cause exists and the receiver sees it`(seed: UInt64) async throws {
        try await PoolHarness.open { pools in
            var world = try await NoticeWorld(pools, seed: seed)
            var shown = 0
            for _ in 0..<6 {
                for _ in 0..<40 { try await world.act() }
                try await pools.runNotices()
                for user in world.users {
                    let expected = try await world.visible(to: user)
                    #expect(try await Set(pools.inbox(user).map(\.id)) == expected, "seed \(seed)")
                    _ = try await pools.kinds(user)
                    shown += expected.count
                }
            }
            #expect(shown > 50)
        }
    }
}

/// A few users who post, like, comment, follow, mention, block and undo all of it at random.
private struct NoticeWorld {
    let pools: PoolHarness
    let users: [UserID]
    private var posts: [(id: PostID, author: UserID)] = []
    private var comments: [(id: CommentID, author: UserID)] = []
    private var random: SeededRandom
    private static let names = ["ada", "bob", "eve", "ivy"]

    init(_ pools: PoolHarness, seed: UInt64) async throws {
        self.pools = pools
        random = SeededRandom(seed)
        var users: [UserID] = []
        for name in Self.names { users.append(try await pools.register(name)) }
        self.users = users
        for user in users { posts.append((try await pools.publish("@\(Self.names[0])", by: user), user)) }
    }

    mutating func act() async throws {
        let user = users[Int.random(in: 0..<users.count, using: &random)]
        let others = users.filter { $0 != user }
        let other = others[Int.random(in: 0..<others.count, using: &random)]
        let post = posts[Int.random(in: 0..<posts.count, using: &random)]
        let comment = comments.isEmpty ? nil : comments[Int.random(in: 0..<comments.count, using: &random)]
        let text = "Hello @\(Self.names[Int.random(in: 0..<4, using: &random)])"
        switch Int.random(in: 0..<24, using: &random) {
        case 0, 1: posts.append((try await pools.publish(text, by: user), user))
        case 2...6: try await pools.like(post.id, by: user)
        case 7: try await pools.unlike(post.id, by: user)
        case 8...11:
            let place = comment.map { CommentStore.Place.reply(to: $0.id) } ?? .post(post.id)
            let created = try await pools.commentIfSeen(
                text, at: Bool.random(using: &random) ? place : .post(post.id), by: user)
            if let created { comments.append((created, user)) }
        case 12: if let comment { _ = try await pools.comments.delete(comment.id, by: comment.author) }
        case 13, 14: try await pools.follow(other, by: user)
        case 15: try await pools.unfollow(other, by: user)
        case 16: try await pools.edit(post.id, text, by: post.author)
        case 17: if let comment { try await pools.editComment(comment.id, text, by: comment.author) }
        case 18, 19:
            let visibility = PostVisibility.allCases[Int.random(in: 0..<3, using: &random)]
            try await pools.edit(post.id, visibility: visibility, by: post.author)
        case 20: try await pools.block(other, by: user)
        case 21: _ = try await BlockStore(pools.context.database).unblock(other, by: user)
        case 22: _ = try await pools.posts.delete(post.id, by: post.author)
        default: try await pools.runNotices()
        }
    }

    /// Returns the notifications of a user's rows that the rule shows, from the rows and the rule of posts.
    func visible(to user: UserID) async throws -> Set<NotificationID> {
        var visible: Set<NotificationID> = []
        for var row in try await pools.context.database.read(Self.rows, [.id(user)]) {
            let id = try row.id(NotificationID.self)
            let exists = try row.bool()
            guard let post = try row.optionalID(PostID.self) else {
                if exists { visible.insert(id) }
                continue
            }
            if exists, try await pools.posts.find(post, for: user) != nil { visible.insert(id) }
        }
        return visible
    }

    /// The rows of an inbox, whether the cause exists and its actor is not hidden, and the post that must be seen.
    private static let rows = Statement(
        "test_rows_of_notices",
        """
        SELECT id,
               NOT EXISTS (
                   SELECT FROM blocks
                   WHERE blocker_id IN (notice.user_id, actor_id) AND blocked_id IN (notice.user_id, actor_id))
               AND CASE kind
                   WHEN 'post_liked' THEN EXISTS (
                       SELECT FROM likes WHERE likes.user_id = actor_id AND post_id = entity_id)
                   WHEN 'user_followed' THEN EXISTS (
                       SELECT FROM follows WHERE follower_id = actor_id AND following_id = notice.user_id)
                   WHEN 'post_mentioned' THEN EXISTS (
                       SELECT FROM posts
                       WHERE id = entity_id AND strpos(
                           content, '@' || (SELECT username FROM accounts WHERE id = notice.user_id)) > 0)
                   WHEN 'comment_mentioned' THEN EXISTS (
                       SELECT FROM comments
                       WHERE id = entity_id AND strpos(
                           content, '@' || (SELECT username FROM accounts WHERE id = notice.user_id)) > 0)
                   ELSE EXISTS (SELECT FROM comments WHERE id = entity_id) END,
               CASE WHEN kind IN ('post_liked', 'post_mentioned') THEN entity_id
                    ELSE (SELECT post_id FROM comments WHERE id = entity_id) END
        FROM notifications AS notice WHERE user_id = $1
        """)
}
