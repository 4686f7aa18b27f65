import Chassis
import Domain
import Features
import HTTP

/// The bodies of posts and of users in lists.
extension SocialPlayResponses {
    /// The post with its author, counters and whether the viewer likes it (S2-83, S2-87).
    func post(_ post: UserPost, _ status: Status = 200) -> Response {
        object(status) { write(post, to: &$0) }
    }

    /// The same with its last comments (S2-89).
    func post(_ post: UserPost, with comments: [UserComment]) -> Response {
        object { body in
            write(post, to: &body)
            body.member("comments", array: comments) { list, comment in list.object { write(comment, to: &$0) } }
        }
    }

    /// `{posts, pagination}` (S2-82). The link continues behind the last post, whatever was published since.
    func posts(_ page: PostPage, _ asked: Page, _ request: Request) -> Response {
        let response = object { body in
            body.member("posts", array: page.posts) { list, post in list.object { write(post, to: &$0) } }
            write(asked, total: page.total, to: &body)
        }
        guard let next = page.next else { return response }
        return response.with("Link", "<\(request.path)?limit=\(asked.limit)&cursor=\(next)>; rel=\"next\"")
    }

    /// An array of posts, as the document has it.
    func feed(_ page: FeedPage, _ asked: Page, _ request: Request) -> Response {
        let response = array(page.posts) { object, post in write(post, to: &object) }
        guard let next = page.next else { return response }
        return response.with("Link", "<\(request.path)?limit=\(asked.limit)&cursor=\(next)>; rel=\"next\"")
    }

    /// `{posts, pagination}`, the best match first (S2-171).
    func found(_ page: PostSearchPage, of query: PostQuery, _ asked: Page, _ request: Request) -> Response {
        let response = object { body in
            body.member("posts", array: page.posts) { list, post in list.object { write(post, to: &$0) } }
            write(asked, total: page.total, to: &body)
        }
        guard let next = page.next else { return response }
        let text = Self.percentEncoded(query.text)
        return response.with(
            "Link", "<\(request.path)?q=\(text)&limit=\(asked.limit)&cursor=\(next)>; rel=\"next\"")
    }

    /// Everything but the unreserved characters of RFC 3986 is encoded.
    static func percentEncoded(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            default:
                encoded.append(UInt8(ascii: "%"))
                for half in [byte >> 4, byte & 15] {
                    encoded.append(half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "A") + half - 10)
                }
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// `{tag, postsCount}`.
    func hashtag(_ tag: (tag: String, posts: Int)) -> Response {
        object { body in
            body.member("tag", tag.tag)
            body.member("postsCount", tag.posts)
        }
    }

    /// An array of `{tag}`.
    func hashtags(_ tags: [String]) -> Response {
        array(tags) { object, tag in object.member("tag", tag) }
    }

    /// `{likes, pagination}`, the last first.
    func likes(_ likes: [UserLike], _ asked: Page, total: Int) -> Response {
        object { body in
            body.member("likes", array: likes) { list, like in
                list.object { entry in
                    entry.member("createdAt", like.createdAt, .milliseconds)
                    entry.object("user") { write(like.user, to: &$0) }
                }
            }
            write(asked, total: total, to: &body)
        }
    }

    func comment(_ comment: UserComment, _ status: Status = 200) -> Response {
        object(status) { write(comment, to: &$0) }
    }

    /// `{comments, pagination}`.
    func comments(_ page: CommentPage, _ asked: Page, _ request: Request) -> Response {
        let response = object { body in
            body.member("comments", array: page.comments) { list, comment in
                list.object { write(comment, to: &$0) }
            }
            write(asked, total: page.total, to: &body)
        }
        guard let next = page.next else { return response }
        return response.with("Link", "<\(request.path)?limit=\(asked.limit)&cursor=\(next)>; rel=\"next\"")
    }

    // MARK: Users

    /// S2-75: without address, telephone and date of birth.
    func user(_ profile: OtherUser) -> Response {
        object { body in
            write(profile.user, to: &body)
            body.member("bio", profile.bio)
            body.member("coverImage", profile.coverImage)
            body.member("isVerified", profile.isVerified)
            body.member("isPrivate", profile.isPrivate)
            body.member("followersCount", profile.followersCount)
            body.member("followingCount", profile.followingCount)
            body.member("postsCount", profile.postsCount)
            body.member("createdAt", profile.createdAt, .milliseconds)
            body.member("isFollowing", profile.isFollowing)
        }
    }

    /// An array of `{id, username, firstName, lastName, avatar, bio}` (S2-77).
    func users(_ users: [ListedProfile]) -> Response {
        array(users) { object, entry in
            write(entry.user, to: &object)
            object.member("bio", entry.bio)
        }
    }

    /// An array of users and when they were blocked.
    func blocks(_ blocks: [BlockedUser]) -> Response {
        array(blocks) { object, entry in
            object.member("id", entry.user.id)
            object.member("username", entry.user.username)
            object.member("avatar", avatarAddress.address(entry.user.avatar, of: entry.user.id))
            object.member("blockedAt", entry.blockedAt, .milliseconds)
        }
    }

    func array<Element>(
        _ elements: [Element], _ write: (inout JSONWriter, Element) -> Void
    ) -> Response {
        var writer = JSONWriter(reserving: 256 + 768 * elements.count)
        writer.array(of: elements) { list, element in list.object { write(&$0, element) } }
        return .json(200, writer.bytes).with("Cache-Control", "no-store")
    }

    // MARK: Pieces

    func write(_ page: Page, total: Int, to body: inout JSONWriter) {
        body.object("pagination") { pagination in
            pagination.member("total", total)
            pagination.member("page", page.number)
            pagination.member("limit", page.limit)
            pagination.member("pages", page.pages(of: total))
        }
    }

    func write(_ post: UserPost, to object: inout JSONWriter) {
        object.member("id", post.id)
        object.member("content", post.content)
        object.member("mediaUrls", json: post.mediaURLs)
        object.member("mediaType", post.mediaType?.rawValue)
        object.member("visibility", post.visibility.rawValue)
        object.member("likesCount", post.likesCount)
        object.member("commentsCount", post.commentsCount)
        object.member("sharesCount", post.sharesCount)
        object.member("authorId", post.author.id)
        object.member("createdAt", post.createdAt, .milliseconds)
        object.member("updatedAt", post.updatedAt, .milliseconds)
        object.member("publishedAt", post.publishedAt, .milliseconds)
        object.member("editedAt", post.editedAt, .milliseconds)
        object.object("author") { write(post.author, to: &$0) }
        object.object("_count") { counters in
            counters.member("likes", post.likesCount)
            counters.member("comments", post.commentsCount)
        }
        object.member("isLiked", post.isLiked)
        if let isBookmarked = post.isBookmarked { object.member("isBookmarked", isBookmarked) }
    }

    private func write(_ comment: UserComment, to object: inout JSONWriter) {
        object.member("id", comment.id)
        object.member("content", comment.content)
        object.member("postId", comment.post)
        object.member("authorId", comment.author.id)
        object.member("parentId", comment.parent)
        object.member("createdAt", comment.createdAt, .milliseconds)
        object.member("updatedAt", comment.updatedAt, .milliseconds)
        object.member("editedAt", comment.editedAt, .milliseconds)
        object.object("author") { write(comment.author, to: &$0) }
    }

    func write(_ user: ListedAuthor, to object: inout JSONWriter) {
        object.member("id", user.id)
        object.member("username", user.username)
        object.member("firstName", user.firstName)
        object.member("lastName", user.lastName)
        object.member("avatar", avatarAddress.address(user.avatar, of: user.id))
    }
}
