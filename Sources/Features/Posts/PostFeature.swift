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
        let totals = PostTotals(
            posts,
            SharedCache(
                CacheStore(.totals, environment.redis), environment.boundedRedis,
                environment.shared.totalCacheMetrics),
            on: environment.loop)
        let timelines = TimelineStore(environment.redis)
        let drafts = DraftStore(environment.database)
        let checkAddresses = CheckMediaAddresses(environment)
        writeDrafts = WriteDrafts(
            drafts: drafts, producer: environment.producer, checkAddresses: checkAddresses)
        readDrafts = ReadDrafts(drafts: drafts)
        let newPosts = WriteQueue(on: environment.loop) { new in
            await result { () async throws(PostgresError) in try await posts.create(new) }
        }
        write = WritePosts(
            posts: posts, queue: newPosts, totals: totals, publicPosts: environment.publicPosts,
            producer: environment.producer, timelines: timelines, loop: environment.loop,
            publication: PublicationJobs(environment.producer), drafts: writeDrafts,
            publishDrafts: PublishDrafts(drafts, environment.producer), checkAddresses: checkAddresses)
        readFeed = ReadFeed(
            timeline: Timeline(
                FeedStore(environment.database), timelines, environment.shared.timelineMetrics, on: environment.loop))
        let likes = WriteQueue(on: environment.loop) { likes in
            await result { () async throws(PostgresError) in try await posts.like(likes) }
        }
        like = LikePosts(posts: posts, queue: likes, producer: environment.producer)
        share = SharePosts(shares: ShareStore(environment.database))
        bookmark = BookmarkPosts(bookmarks: BookmarkStore(environment.database))
        read = ReadPosts(
            posts: posts, totals: totals, publicPosts: environment.publicPosts, drafts: writeDrafts)
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
