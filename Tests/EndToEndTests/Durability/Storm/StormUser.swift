/// One user of a storm, and what must be true of the rows that this user alone writes. What was not answered, because
/// the process was killed, is unsure for good: its statement may still be running in PostgreSQL.
struct StormUser: Sendable {
    /// What a user does to a post or user once.
    enum Mark: String, Sendable, CaseIterable {
        case like, share, bookmark, mute
    }

    struct Key: Hashable, Sendable {
        let mark: Mark
        let target: String
    }

    enum Knowledge: Sendable {
        case there, gone, unsure
    }

    struct Post: Sendable {
        var content: String
        var visibility: String
        var isSure = true
    }

    let index: Int
    let account: TestUser
    /// When the access token was made, in seconds of a monotonic clock.
    let tokenTime: Int
    private(set) var marks: [Key: Knowledge] = [:]
    var posts: [String: Post] = [:]
    /// Posts whose deletion was answered.
    var deletedPosts: Set<String> = []
    /// Whom the user may be blocking.
    var blocked: Set<String> = []

    init(_ index: Int, _ account: TestUser, at time: Int) {
        self.index = index
        self.account = account
        tokenTime = time
    }

    /// The same user with new tokens.
    func renewed(_ account: TestUser, at time: Int) -> StormUser {
        var user = StormUser(index, account, at: time)
        (user.marks, user.posts, user.deletedPosts, user.blocked) = (marks, posts, deletedPosts, blocked)
        return user
    }

    /// Those who neither hide anything nor are hidden, so that each of their likes and follows is notified.
    static func isCalm(_ index: Int) -> Bool { index % 5 == 0 }

    /// Notes an answer to the setting (or ending) of a mark; nil: there was none.
    /// - Returns: Whether the answer fits what was answered before.
    mutating func note(_ mark: Mark, of target: String, isSet: Bool, status: Int?) -> Bool {
        let key = Key(mark: mark, target: target)
        let before = marks[key] ?? .gone
        guard let status else {
            marks[key] = .unsure
            return true
        }
        guard status == 200 || status == 400, before != .unsure else { return true }
        // Set by 200, or set already by 400; or the reverse.
        marks[key] = isSet ? .there : .gone
        let wasThere = isSet == (status == 400)
        return (before == .there) == wasThere
    }
}
