import TestSupport

/// The rows of a ``PrivacyWorld``, from which the rule of X-17 says what each viewer sees. A viewer is a user's id; nil
/// is a reader without a token.
struct PrivacyRows {
    struct Account {
        let id: String
        let name: String
        let isActive: Bool
        let isAdministrator: Bool
        let isPrivate: Bool
        let showsStatus: Bool
        let avatar: String?
        let cover: String?
        let plays: Int
    }

    struct Follow {
        let follower: String
        let followed: String
        /// Seen by its follower alone, whom the other one blocks.
        let isHidden: Bool
    }

    struct File {
        let id: String
        let owner: String
        let purpose: String
        let type: String
        /// Of a track.
        let cover: String?
        let isReady: Bool
    }

    struct Activity {
        let actor: String
        let track: String?
    }

    let accounts: [Account]
    /// The newest first.
    let follows: [Follow]
    /// Pairs of blocker and blocked.
    let blocks: Set<[String]>
    /// Pairs of both orders.
    let friends: Set<[String]>
    /// The newest first.
    let files: [File]
    /// The newest first.
    let activities: [Activity]

    init(_ product: Product) async throws {
        func rows(_ sql: String) async throws -> [[String]] {
            try await product.texts(sql).map {
                $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            }
        }
        func text(_ word: String) -> String? { word.isEmpty ? nil : word }
        accounts = try await rows(
            """
            SELECT id || '|' || username || '|' || is_active || '|' || role || '|' || is_private || '|'
                || show_online_status || '|' || coalesce(avatar_media_id::text, '') || '|'
                || coalesce(cover_media_id::text, '') || '|'
                || (SELECT count(*) FROM plays WHERE owner_id = id AND is_counted)
            FROM accounts JOIN profiles ON user_id = id ORDER BY id
            """
        ).map {
            Account(
                id: $0[0], name: $0[1], isActive: $0[2] == "true", isAdministrator: $0[3] == "ADMIN",
                isPrivate: $0[4] == "true", showsStatus: $0[5] == "true", avatar: text($0[6]), cover: text($0[7]),
                plays: Int($0[8]) ?? -1)
        }
        follows = try await rows(
            "SELECT follower_id || '|' || following_id || '|' || is_hidden FROM follows ORDER BY id DESC"
        ).map { Follow(follower: $0[0], followed: $0[1], isHidden: $0[2] == "true") }
        blocks = Set(try await rows("SELECT blocker_id || '|' || blocked_id FROM blocks"))
        friends = Set(try await rows("SELECT user_id || '|' || friend_id FROM friends"))
        files = try await rows(
            """
            SELECT id || '|' || user_id || '|' || purpose || '|' || mime_type || '|' || coalesce(cover_id::text, '')
                || '|' || (state = 'ready')
            FROM media WHERE state <> 'failed' ORDER BY created_at DESC, id DESC
            """
        ).map {
            File(id: $0[0], owner: $0[1], purpose: $0[2], type: $0[3], cover: text($0[4]), isReady: $0[5] == "true")
        }
        activities = try await rows(
            "SELECT actor_id || '|' || coalesce(media_id::text, '') FROM activities ORDER BY created_at DESC, id DESC"
        ).map { Activity(actor: $0[0], track: text($0[1])) }
    }

    // MARK: The rule

    func account(_ id: String) -> Account? { accounts.first { $0.id == id } }

    /// Two users see nothing of each other while one of them blocks the other; nobody sees a closed account.
    func isVisible(_ user: String, to viewer: String?) -> Bool {
        account(user)?.isActive == true && !areHidden(user, viewer)
    }

    func areHidden(_ user: String, _ viewer: String?) -> Bool {
        guard let viewer else { return false }
        return blocks.contains([user, viewer]) || blocks.contains([viewer, user])
    }

    /// The details, follows, tracks and files of a private profile are for its owner, followers and administrators.
    func areDetailsVisible(of user: String, to viewer: String?) -> Bool {
        guard account(user)?.isPrivate == true, user != viewer else { return true }
        guard let viewer else { return false }
        return account(viewer)?.isAdministrator == true
            || follows.contains { $0.follower == viewer && $0.followed == user && !$0.isHidden }
    }

    /// The addresses of files stay public to a blocked user; closing an account ends them, avatars too (S1-66).
    func isReadable(_ file: File, by viewer: String?) -> Bool {
        account(file.owner)?.isActive == true
            && (file.purpose == "avatar" || areDetailsVisible(of: file.owner, to: viewer))
    }

    func followers(of user: String, for viewer: String?) -> [String] {
        guard areDetailsVisible(of: user, to: viewer) else { return [] }
        return follows.filter { $0.followed == user && !$0.isHidden && isVisible($0.follower, to: viewer) }
            .map(\.follower)
    }

    func following(of user: String, for viewer: String?) -> [String] {
        guard areDetailsVisible(of: user, to: viewer) else { return [] }
        return follows.filter { follow in
            guard follow.follower == user else { return false }
            return follow.isHidden
                ? viewer == user && account(follow.followed)?.isActive == true : isVisible(follow.followed, to: viewer)
        }.map(\.followed)
    }

    /// A follow is shown if one of the two lists shows it.
    func isFollowing(_ user: String, _ other: String, for viewer: String?) -> Bool {
        isVisible(user, to: viewer)
            && (following(of: user, for: viewer).contains(other)
                || isVisible(other, to: viewer) && followers(of: other, for: viewer).contains(user))
    }

    func tracks(of user: String) -> [String] {
        files.filter { $0.owner == user && $0.purpose == "track" }.map(\.id)
    }

    func recordings(of user: String) -> [String] {
        files.filter {
            $0.owner == user && ["track", "other"].contains($0.purpose) && $0.type.hasPrefix("audio/")
        }.map(\.id)
    }

    func feed(of reader: String) -> [Activity] {
        let followed = follows.filter { $0.follower == reader && !$0.isHidden }.map(\.followed)
        return Array(
            activities.filter { followed.contains($0.actor) && isVisible($0.actor, to: reader) }.prefix(50))
    }

    /// What there is to get wrong.
    var situations: Set<String> {
        var found: Set<String> = []
        if accounts.contains(where: \.isPrivate) { found.insert("private") }
        if accounts.contains(where: { !$0.isActive }) { found.insert("closed") }
        if !blocks.isEmpty { found.insert("block") }
        if follows.contains(where: \.isHidden) { found.insert("hidden follow") }
        if follows.contains(where: { account($0.followed)?.isPrivate == true }) {
            found.insert("follow of a private profile")
        }
        if accounts.contains(where: { !feed(of: $0.id).isEmpty }) { found.insert("feed") }
        return found
    }

    func friends(of user: String) -> Set<String> { Set(friends.filter { $0[0] == user }.map { $0[1] }) }
}
