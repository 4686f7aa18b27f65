import Chassis
import Jobs
import Postgres
import Storage

/// The use cases of posts, of one event loop.
package struct PostFeature: Sendable {
    package let write: WritePosts
    package let like: LikePosts
    package let share: SharePosts
    package let bookmark: BookmarkPosts
    package let read: ReadPosts
    package let readFeed: ReadFeed
    package let writeComments: WriteComments
    package let readComments: ReadComments
    package let search: SearchPosts
    package let readHashtags: ReadHashtags
    package let writeDrafts: WriteDrafts
    package let readDrafts: ReadDrafts

    package init(_ environment: FeatureEnvironment) {
        let posts = PostStore(environment.database)
        let totals = PostTotals(posts, on: environment.loop)
        let timelines = TimelineStore(environment.redis)
        let drafts = DraftStore(environment.database)
        writeDrafts = WriteDrafts(drafts: drafts, producer: environment.producer)
        readDrafts = ReadDrafts(drafts: drafts)
        let newPosts = WriteQueue(on: environment.loop) { new in
            await result { () async throws(PostgresError) in try await posts.create(new) }
        }
        write = WritePosts(
            posts: posts, queue: newPosts, totals: totals, producer: environment.producer, timelines: timelines, loop: environment.loop,
            publication: PublicationJobs(environment.producer), drafts: writeDrafts,
            publishDrafts: PublishDrafts(drafts, environment.producer))
        readFeed = ReadFeed(
            timeline: Timeline(
                FeedStore(environment.database), timelines, environment.shared.timelineMetrics, on: environment.loop))
        let likes = WriteQueue(on: environment.loop) { likes in
            await result { () async throws(PostgresError) in try await posts.like(likes) }
        }
        like = LikePosts(posts: posts, queue: likes, producer: environment.producer)
        share = SharePosts(shares: ShareStore(environment.database))
        bookmark = BookmarkPosts(bookmarks: BookmarkStore(environment.database))
        read = ReadPosts(posts: posts, totals: totals, drafts: writeDrafts)
        let comments = CommentStore(environment.database)
        let newComments = WriteQueue(on: environment.loop) { new in
            await result { () async throws(PostgresError) in try await comments.create(new) }
        }
        writeComments = WriteComments(comments: comments, queue: newComments, producer: environment.producer)
        readComments = ReadComments(comments: comments)
        search = SearchPosts(search: PostSearch(environment.database))
        readHashtags = ReadHashtags(hashtags: HashtagStore(environment.database))
    }
}

/// How many posts all readers see. Counting reads a row of each user, so the number is kept for five minutes, or for
/// five seconds after a post is written on this loop. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class PostTotals: @unchecked Sendable {
    private let posts: PostStore
    private let loop: EventLoop
    private var known: (count: Int, until: UInt64)?
    private static let lifetime = Duration.seconds(300).nanoseconds
    private static let pause = Duration.seconds(5).nanoseconds

    init(_ posts: PostStore, on loop: EventLoop) {
        self.posts = posts
        self.loop = loop
    }

    func publicPosts() async throws(PostgresError) -> Int {
        if let known {
            if loop.now < known.until { return known.count }
            // Requests that come meanwhile take the old number.
            self.known?.until = loop.now + Self.pause
        }
        let count = try await posts.countPublic()
        known = (count, loop.now + Self.lifetime)
        return count
    }

    /// A post was written.
    func refreshSoon() {
        guard let known else { return }
        self.known?.until = min(known.until, loop.now + Self.pause)
    }
}
