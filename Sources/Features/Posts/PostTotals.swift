import Chassis
import Postgres
import Storage

/// How many posts all readers see. Counting reads a row of each user, so all processes share the number for five
/// minutes (S2-84), or for five seconds after a post is written; a loop keeps it for five seconds. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class PostTotals: @unchecked Sendable {
    private let posts: PostStore
    private let cache: SharedCache<Total>
    private let loop: EventLoop
    private var known: (count: Int, until: UInt64)?
    private static let name = "public-posts"
    private static let pause = Duration.seconds(5)

    init(_ posts: PostStore, _ cache: SharedCache<Total>, on loop: EventLoop) {
        self.posts = posts
        self.cache = cache
        self.loop = loop
    }

    func publicPosts() async throws(PostgresError) -> Int {
        if let known {
            if loop.now < known.until { return known.count }
            // Requests that come meanwhile take the old number.
            self.known?.until = loop.now + Self.pause.nanoseconds
        }
        let total = try await cache.value(Self.name) { [posts] () async throws(PostgresError) in
            Total(count: try await posts.countPublic())
        }
        known = (total.count, loop.now + Self.pause.nanoseconds)
        return total.count
    }

    /// A post was written.
    func refreshSoon() {
        cache.expire(Self.name, within: Self.pause)
    }

    struct Total: CachedValue {
        static let format = 1
        let count: Int

        init(count: Int) {
            self.count = count
        }

        init(from reader: inout CacheReader) throws(CacheReader.Malformed) {
            count = try reader.int()
        }

        func write(to writer: inout CacheWriter) { writer.write(count) }
    }
}
