import Domain
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct PostTests {
    // S2-85, S2-86, S2-92, S2-94
    @Test func `a post is published, changed and deleted by its author alone, and counted`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let post = try await features.publish("Hello", by: ada)
            #expect(post.content == "Hello" && post.author.username == "ada" && post.createdAt == post.publishedAt)
            #expect(try await features.postCounters(ada.user) == [1, 1, 1])
            var changes = PostChanges()
            changes.visibility = .followers
            await expect(.postNotYours, .forbidden) {
                try await features.posts.write.update(post.id, changes, by: bob)
            }
            let changed = try await features.posts.write.update(post.id, changes, by: ada)
            #expect(changed.content == "Hello" && changed.visibility == .followers)
            #expect(try await features.postCounters(ada.user) == [1, 0, 1])
            // A post that a user does not see is none.
            await expect(.postNotFound, .notFound) { try await features.posts.write.delete(post.id, by: bob) }
            try await features.posts.write.delete(post.id, by: ada)
            await expect(.postNotFound, .notFound) { try await features.posts.write.delete(post.id, by: ada) }
            #expect(try await features.postCounters(ada.user) == [0, 0, 0])
        }
    }

    // S2-95, S2-96, S2-98, S2-163
    @Test func `fifty equal likes at once are one`() async throws {
        try await FeatureHarness.openParallel(4) { processes in
            let features = processes[0]
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let post = try await features.publish("Hello", by: ada)
            let liked = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        do throws(DomainError) {
                            try await processes[index % 4].posts.like.like(post.id, by: bob)
                            return true
                        } catch {
                            #expect(error.code == .postAlreadyLiked)
                            return false
                        }
                    }
                }
                return try await group.reduce(into: 0) { if $1 { $0 += 1 } }
            }
            #expect(liked == 1)
            let seen = try await features.posts.read.post(post.id, for: bob.user)
            #expect(seen.likesCount == 1 && seen.isLiked)
            #expect(try await !features.posts.read.post(post.id, for: ada.user).isLiked)
            try await features.posts.like.unlike(post.id, by: bob)
            await expect(.postNotLiked, .conflict) { try await features.posts.like.unlike(post.id, by: bob) }
            #expect(try await features.posts.read.post(post.id, for: bob.user).likesCount == 0)
        }
    }

    // S2-95, S2-96, S2-163
    @Test func `likes of one turn are one statement, and each is answered for itself`() async throws {
        try await FeatureHarness.open { features in
            let (ada, eve) = (try await features.user("ada"), try await features.user("eve"))
            var users: [Caller] = []
            for index in 0..<20 { users.append(try await features.user("user-\(index)")) }
            let (first, second) = (
                try await features.publish("One", by: ada).id, try await features.publish("Two", by: ada).id
            )
            let secret = try await features.publish("Three", visibility: .author, by: ada).id
            let close = Statement("close_eve", "UPDATE accounts SET is_active = false WHERE username = 'eve'")
            _ = try await features.database.write(close)
            var likes = users.flatMap { [(first, $0), (second, $0)] }
            likes += [(first, users[0]), (secret, users[1]), (PostID(unixMilliseconds: 0), users[2]), (first, eve)]
            likes.append((secret, ada))
            let outcomes = try await withThrowingTaskGroup(of: (Int, DomainError.Code?).self) { group in
                for (index, (post, user)) in likes.enumerated() {
                    group.addTask {
                        do throws(DomainError) {
                            try await features.posts.like.like(post, by: user)
                            return (index, nil)
                        } catch {
                            return (index, error.code)
                        }
                    }
                }
                return try await group.reduce(into: [Int: DomainError.Code?]()) { $0[$1.0] = .some($1.1) }
            }
            for index in 1..<40 { #expect(outcomes[index] == .some(nil)) }
            #expect(Set([outcomes[0], outcomes[40]]) == [.some(nil), .some(.postAlreadyLiked)])
            #expect(outcomes[41] == .some(.postNotFound) && outcomes[42] == .some(.postNotFound))
            #expect(outcomes[43] == .some(.tokenInvalid) && outcomes[44] == .some(nil))
            for post in [first, second] {
                #expect(try await features.posts.read.post(post, for: nil).likesCount == users.count)
            }
            let transactions = Statement("transactions_of_likes", "SELECT count(DISTINCT xmin::text) FROM likes")
            var row = try #require(try await features.database.read(transactions).first)
            #expect(try row.int() <= 4)
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
        }
    }

    // S2-85, S2-103, S2-106
    @Test func `posts and comments of one turn are one statement each, and keys hold within it`() async throws {
        try await FeatureHarness.open { features in
            var made: [Caller] = []
            for index in 0..<5 { made.append(try await features.user("user-\(index)")) }
            let users = made
            let write = features.posts.write
            let draft = PostDraft(content: "Hello", mediaURLs: [], mediaType: .image, visibility: .everyone)
            let posts = try await withThrowingTaskGroup(of: PostID.self) { group in
                for index in 0..<20 {
                    group.addTask { try await write.publish(draft, key: "key-\(index % 3)", by: users[index % 5]).id }
                }
                return try await group.reduce(into: Set<PostID>()) { $0.insert($1) }
            }
            // Of 20 requests 5 users have 15 pairs of user and key.
            #expect(posts.count == 15)
            let all = Array(posts)
            let comments = features.posts.writeComments
            let first = try await comments.comment(on: all[0], "First", by: users[0]).id
            let written = await withTaskGroup(of: DomainError.Code?.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        do throws(DomainError) {
                            switch index {
                            case 0..<8: _ = try await comments.comment(on: all[index % 2], "Yes", by: users[index % 5])
                            case 8..<16: _ = try await comments.reply(to: first, "No", by: users[index % 5])
                            default:
                                let unknown = PostID(unixMilliseconds: 0)
                                _ = try await comments.comment(on: unknown, "?", by: users[index % 5])
                            }
                            return nil
                        } catch {
                            return error.code
                        }
                    }
                }
                return await group.reduce(into: [DomainError.Code?]()) { $0.append($1) }
            }
            #expect(written.filter { $0 == .postNotFound }.count == 4 && written.filter { $0 == nil }.count == 16)
            #expect(try await features.posts.read.post(all[0], for: nil).commentsCount == 1 + 4 + 8)
            for table in ["posts", "comments"] {
                let transactions =
                    table == "posts"
                    ? Statement("transactions_of_posts", "SELECT count(DISTINCT xmin::text) FROM posts")
                    : Statement("transactions_of_comments", "SELECT count(DISTINCT xmin::text) FROM comments")
                var row = try #require(try await features.database.read(transactions).first)
                #expect(try row.int() <= 6, "\(table)")
            }
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
        }
    }

    // S2-100
    @Test func `a like that fails in PostgreSQL fails none beside it`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let post = try await features.publish("One", by: ada).id
            let refusal = Statement(
                "refuse_bob",
                """
                CREATE FUNCTION refuse_bob() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF (SELECT username FROM accounts WHERE id = NEW.user_id) = 'bob' THEN RAISE 'not bob'; END IF;
                    RETURN NEW;
                END
                $$
                """)
            let trigger = Statement(
                "trigger_bob", "CREATE TRIGGER bob BEFORE INSERT ON likes FOR EACH ROW EXECUTE FUNCTION refuse_bob()")
            for statement in [refusal, trigger] { _ = try await features.database.write(statement) }
            async let one: Void = features.posts.like.like(post, by: ada)
            async let refused = expect(.internalFault, .internalFault) {
                try await features.posts.like.like(post, by: bob)
            }
            try await one
            _ = await refused
            #expect(try await features.posts.read.post(post, for: nil).likesCount == 1)
        }
    }

    // S2-100
    @Test func `counters equal rows after likes, posts and deletions at the same time`() async throws {
        try await FeatureHarness.openParallel(4) { processes in
            let features = processes[0]
            var users: [Caller] = []
            for index in 0..<6 { users.append(try await features.user("user-\(index)")) }
            var posts: [PostID] = []
            for user in users {
                for _ in 0..<3 { posts.append(try await features.publish("Hello", by: user).id) }
            }
            let (everybody, all) = (users, posts)
            await withTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        var random = SeededRandom(UInt64(worker) + 1)
                        for _ in 0..<60 {
                            let features = processes[worker % 4]
                            let user = everybody[Int.random(in: 0..<everybody.count, using: &random)]
                            let post = all[Int.random(in: 0..<all.count, using: &random)]
                            // Each refusal is one of the documented ones; a deadlock would be none.
                            do throws(DomainError) {
                                switch Int.random(in: 0..<10, using: &random) {
                                case 0: try await features.posts.write.delete(post, by: user)
                                case 1: _ = try await features.publish("Again", by: user)
                                case 2:
                                    var changes = PostChanges()
                                    changes.visibility = .allCases.randomElement(using: &random)
                                    _ = try await features.posts.write.update(post, changes, by: user)
                                case 3..<7: try await features.posts.like.like(post, by: user)
                                default: try await features.posts.like.unlike(post, by: user)
                                }
                            } catch {
                                #expect(
                                    [.postNotFound, .postNotYours, .postAlreadyLiked, .postNotLiked].contains(
                                        error.code),
                                    "\(error)")
                            }
                        }
                    }
                }
            }
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
        }
    }

    // S2-167
    @Test func `a deleted account leaves neither posts nor likes, and counters of others are right`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let (first, second) = (
                try await features.publish("One", by: ada), try await features.publish("Two", by: bob)
            )
            for post in [first, second] {
                for user in [ada, bob] { try await features.posts.like.like(post.id, by: user) }
            }
            let store = PostStore(features.database)
            while try await store.removeSome(of: ada.user) > 0 {}
            #expect(try await features.posts.read.post(second.id, for: bob.user).likesCount == 1)
            await expect(.postNotFound, .notFound) { try await features.posts.read.post(first.id, for: bob.user) }
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
        }
    }

    // S2-81, S2-82, X-24
    @Test func `a cursor continues behind a post, whatever is published meanwhile`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            for number in 1...5 { _ = try await features.publish("\(number)", by: ada) }
            let page = try Page(number: nil, limit: "2", defaultLimit: 10, maximumLimit: 100)
            let first = try await features.posts.read.all(page, after: nil, for: nil)
            #expect(first.posts.map(\.content) == ["5", "4"] && first.total == 5)
            _ = try await features.publish("6", by: ada)
            let second = try await features.posts.read.all(page, after: first.next, for: nil)
            #expect(second.posts.map(\.content) == ["3", "2"])
            let last = try await features.posts.read.all(page, after: second.next, for: nil)
            #expect(last.posts.map(\.content) == ["1"] && last.next == nil)
        }
    }
}

extension FeatureHarness {
    func publish(
        _ content: String, visibility: PostVisibility = .everyone, by author: Caller
    ) async throws(DomainError) -> UserPost {
        try await posts.write.publish(
            PostDraft(content: content, mediaURLs: [], mediaType: nil, visibility: visibility), by: author)
    }

    /// All posts of a user, and those that a stranger and a follower see.
    func postCounters(_ user: UserID) async throws -> [Int] {
        var row = try await database.read(
            Statement(
                "test_post_counters",
                "SELECT posts_count, public_posts_count, follower_posts_count FROM profiles WHERE user_id = $1"),
            [.id(user)])[0]
        return [try row.int(), try row.int(), try row.int()]
    }
}
