import Chassis
import Domain
import Storage

/// The cache of pages of posts as readers without a login see them.
typealias PublicPosts = SharedCache<PublicPostPage>

/// A page of posts as a reader without a login sees it, without the total of the list.
struct PublicPostPage: CachedValue {
    let posts: [UserPost]
    let next: PostID?

    /// Pages by number up to this are cached, with one of ``limits``: eighty entries, so that strangers do not choose
    /// how much memory Redis uses.
    private static let lastNumber = 20
    private static let limits: Set<Int> = [10, 20, 50, 100]

    /// The name of a page in the cache; nil for one that is not cached.
    static func name(of page: Page) -> String? {
        guard page.number <= lastNumber, limits.contains(page.limit) else { return nil }
        return "public:\(page.number):\(page.limit)"
    }

    /// - Parameter found: The posts of the page, and one more if there are more.
    init(_ found: [Post], limit: Int) {
        posts = found.prefix(limit).map(UserPost.init)
        next = found.count > limit ? found[limit - 1].id : nil
    }

    // MARK: Bytes

    static let format = 1

    func write(to writer: inout CacheWriter) {
        writer.write(posts.count)
        for post in posts { post.write(to: &writer) }
        writer.write(next) { $0.write($1.identifier) }
    }

    init(from reader: inout CacheReader) throws(CacheReader.Malformed) {
        let count = try reader.int()
        guard (0...1_000).contains(count) else { throw CacheReader.Malformed() }
        var posts: [UserPost] = []
        posts.reserveCapacity(count)
        for _ in 0..<count { posts.append(try UserPost(from: &reader)) }
        self.posts = posts
        next = try reader.optional { (reader) throws(CacheReader.Malformed) in try reader.id() }
    }
}

extension UserPost {
    fileprivate func write(to writer: inout CacheWriter) {
        writer.write(id.identifier)
        author.write(to: &writer)
        writer.write(content)
        writer.write(mediaURLs)
        writer.write(mediaType) { $0.write($1.rawValue) }
        writer.write(visibility.rawValue)
        for count in [likesCount, commentsCount, sharesCount] { writer.write(count) }
        writer.write(createdAt)
        writer.write(updatedAt)
        writer.write(publishedAt) { $0.write($1) }
        writer.write(editedAt) { $0.write($1) }
        writer.write(version)
    }

    /// A reader without a login likes and bookmarks nothing.
    fileprivate init(from reader: inout CacheReader) throws(CacheReader.Malformed) {
        id = try reader.id()
        author = try ListedAuthor(from: &reader)
        content = try reader.text()
        mediaURLs = try reader.content()
        mediaType = try reader.optional { (reader) throws(CacheReader.Malformed) in try reader.word() }
        visibility = try reader.word()
        likesCount = try reader.int()
        commentsCount = try reader.int()
        sharesCount = try reader.int()
        createdAt = try reader.timestamp()
        updatedAt = try reader.timestamp()
        publishedAt = try reader.optional { (reader) throws(CacheReader.Malformed) in try reader.timestamp() }
        editedAt = try reader.optional { (reader) throws(CacheReader.Malformed) in try reader.timestamp() }
        version = try reader.int()
        isLiked = false
        isBookmarked = nil
        isScheduled = false
    }
}

extension ListedAuthor {
    fileprivate func write(to writer: inout CacheWriter) {
        writer.write(id.identifier)
        writer.write(username)
        writer.write(firstName) { $0.write($1) }
        writer.write(lastName) { $0.write($1) }
        var (upload, address): (MediaID?, String?) = (nil, nil)
        switch avatar {
        case .uploaded(let id): upload = id
        case .external(let text): address = text
        case nil: break
        }
        writer.write(upload) { $0.write($1.identifier) }
        writer.write(address) { $0.write($1) }
    }

    fileprivate init(from reader: inout CacheReader) throws(CacheReader.Malformed) {
        id = try reader.id()
        username = try reader.text()
        firstName = try reader.optionalText()
        lastName = try reader.optionalText()
        let upload = try reader.optional { (reader) throws(CacheReader.Malformed) in try reader.id(MediaID.self) }
        avatar = Avatar(upload: upload, address: try reader.optionalText())
    }
}

extension CacheWriter {
    fileprivate mutating func write(_ time: Timestamp) { write(Int(time.microseconds)) }
}

extension CacheReader {
    fileprivate mutating func timestamp() throws(Malformed) -> Timestamp {
        Timestamp(microseconds: Int64(try int()))
    }

    fileprivate mutating func optionalText() throws(Malformed) -> String? {
        try optional { (reader) throws(Malformed) in try reader.text() }
    }
}
