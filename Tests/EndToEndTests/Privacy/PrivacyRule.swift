import TestSupport

/// What one viewer must be shown, route by route.
struct PrivacyRule {
    let rows: PrivacyRows
    let viewer: PrivacyViewer
    let world: PrivacyWorld
    private static let base = "http://localhost:3000"

    func seesDetails(of user: String) -> Bool {
        rows.isVisible(user, to: viewer.id) && rows.areDetailsVisible(of: user, to: viewer.id)
    }

    private var accounts: [PrivacyRows.Account] { rows.accounts }

    /// Returns nil for a route that it does not know.
    func questions(about route: String) -> [PrivacyQuestion]? {
        switch route {
        case "/users", "/users/:id/profile", "/users/username/:username", "/users/:username/public",
            "/social/profile/:username", "/users/:username/tracks", "/users/:username/audio-files":
            profileQuestions(route)
        case "/social/followers/:userId", "/social/following/:userId", "/social/isFollowing/:followerId/:followingId",
            "/social/feed":
            socialQuestions(route)
        case let route where route.hasPrefix("/media/"): mediaQuestions(route)
        case let route where route.hasPrefix("/v1/"): serviceQuestions(route)
        case "/integration/achievement/:userId/friends", "/integration/notification/:userId/preferences":
            accounts.map { PrivacyQuestion(route.replacing(":userId", with: $0.id)) { _ in nil } }
        case "/integration/review/:userId/connections/:targetUserId",
            "/integration/review/:userId/mutual-friends/:targetUserId":
            accounts.map {
                PrivacyQuestion(
                    route.replacing(":userId", with: $0.id).replacing(":targetUserId", with: accounts[0].id)
                ) { _ in nil }
            }
        // The caller's own account, sessions and export: BlockRuleTests and ExportTests.
        case let route where route.hasPrefix("/api/v1/users/me") || route.hasPrefix("/api/v1/auth/"): []
        case let route where route.hasPrefix("/api/v1/"): socialPlayQuestions(route)
        default: nil
        }
    }

    // MARK: SocialPlay

    /// Nobody publishes posts in this world: PostVisibilityTests compare those.
    private func socialPlayQuestions(_ route: String) -> [PrivacyQuestion]? {
        switch route {
        case "/api/v1/users/search":
            guard viewer.id != nil else { return [PrivacyQuestion("\(route)?q=\(world.prefix)", status: 401)] }
            let found = accounts.map(\.id).filter { $0 != viewer.id && rows.isVisible($0, to: viewer.id) }
            return [PrivacyQuestion("\(route)?q=\(world.prefix)", Set(found)) { Set(ids(of: $0)) }]
        case "/api/v1/posts/feed", "/api/v1/blocks":
            return [PrivacyQuestion(route, status: viewer.id == nil ? 401 : 200)]
        case "/api/v1/posts": return [PrivacyQuestion(route, status: 200)]
        case let route where route.hasPrefix("/api/v1/posts/:id"):
            return [PrivacyQuestion(route.replacing(":id", with: accounts[0].id), status: 404)]
        default: return accounts.map { socialPlayQuestion(route, $0) }
        }
    }

    private func socialPlayQuestion(_ route: String, _ account: PrivacyRows.Account) -> PrivacyQuestion {
        let path = route.replacing(":id", with: account.id)
        let isVisible = rows.isVisible(account.id, to: viewer.id)
        switch route {
        case "/api/v1/users/:id":
            let biography = seesDetails(of: account.id) ? world.secrets[account.id] ?? "" : ""
            return PrivacyQuestion(path, isVisible ? [account.name, biography] : nil) {
                [$0["username"].text ?? "", $0["bio"].text ?? ""]
            }
        case "/api/v1/users/:id/followers":
            return PrivacyQuestion(path, isVisible ? rows.followers(of: account.id, for: viewer.id) : nil, ids(of:))
        case "/api/v1/users/:id/following":
            return PrivacyQuestion(path, isVisible ? rows.following(of: account.id, for: viewer.id) : nil, ids(of:))
        case "/api/v1/users/:id/posts": return PrivacyQuestion(path, status: isVisible ? 200 : 404)
        default: return PrivacyQuestion(path) { _ in "this test does not know what it shows" }
        }
    }

    private func ids(of users: ProductJSON) -> [String] { (users.array ?? []).compactMap { $0["id"].text } }

    // MARK: Profiles

    private func profileQuestions(_ route: String) -> [PrivacyQuestion]? {
        let visible = accounts.filter { rows.isVisible($0.id, to: viewer.id) }
        if route == "/users" {
            let list = { (json: ProductJSON) in (json["profiles"].array ?? []) }
            return [
                PrivacyQuestion(route, visible.map { shown($0) }) { list($0).map(Shown.init) },
                PrivacyQuestion("\(route)?limit=500", visible.map(\.id)) { list($0).compactMap { $0["userId"].text } },
            ]
                + accounts.map { excluded in
                    PrivacyQuestion(
                        "\(route)?excludeUserId=\(excluded.id)", visible.map(\.id).filter { $0 != excluded.id }
                    ) { list($0).compactMap { $0["userId"].text } }
                }
        }
        return accounts.flatMap { account -> [PrivacyQuestion] in
            let path = route.replacing(":id", with: account.id).replacing(":username", with: account.name)
            let isVisible = rows.isVisible(account.id, to: viewer.id)
            let sees = seesDetails(of: account.id)
            switch route {
            case "/users/:id/profile", "/users/username/:username":
                return [PrivacyQuestion(path, isVisible ? shown(account) : nil) { Shown($0["data"]) }]
            case "/users/:username/tracks":
                return [
                    PrivacyQuestion(path, isVisible ? (sees ? rows.tracks(of: account.id) : []) : nil) {
                        ids($0["data"])
                    }
                ]
            case "/users/:username/audio-files":
                return [
                    PrivacyQuestion(path, isVisible ? (sees ? rows.recordings(of: account.id) : []) : nil) {
                        ids($0["audioFiles"])
                    }
                ]
            default: return publicQuestions(path, account)
            }
        }
    }

    /// About each user as `viewerId`, and about none.
    private func publicQuestions(_ path: String, _ account: PrivacyRows.Account) -> [PrivacyQuestion] {
        let isVisible = rows.isVisible(account.id, to: viewer.id)
        let tracks = seesDetails(of: account.id) ? rows.tracks(of: account.id) : []
        return ([nil] + accounts.map(\.id)).map { asking in
            let about = asking ?? viewer.id
            let relation = about.map {
                [rows.isFollowing($0, account.id, for: viewer.id), $0 == account.id]
            }
            let expected = PublicShown(
                profile: shown(account), tracks: tracks, relation: relation ?? [],
                counts: [shown(account).followers, shown(account).followingCount])
            return PrivacyQuestion(path + (asking.map { "?viewerId=\($0)" } ?? ""), isVisible ? expected : nil) {
                PublicShown($0["data"])
            }
        }
    }

    private func ids(_ files: ProductJSON) -> [String] { (files.array ?? []).compactMap { $0["fileId"].text } }

    private func shown(_ account: PrivacyRows.Account) -> Shown {
        let sees = rows.areDetailsVisible(of: account.id, to: viewer.id)
        let secret = world.secrets[account.id] ?? ""
        let isOwn = account.id == viewer.id
        return Shown(
            id: account.id, name: account.name,
            avatar: account.avatar.map { _ in "\(Self.base)/media/avatar/\(account.id)" },
            cover: sees ? account.cover.map { "\(Self.base)/media/file/\($0)" } : nil,
            details: sees ? [secret, secret, secret, secret, "https://vk.com/\(secret)"] : [],
            following: rows.following(of: account.id, for: viewer.id),
            tracks: rows.tracks(of: account.id).count,
            followers: rows.follows.count { $0.followed == account.id && !$0.isHidden },
            followingCount: rows.follows.count { $0.follower == account.id && (!$0.isHidden || isOwn) },
            plays: account.plays, isPrivate: account.isPrivate, showsStatus: account.showsStatus)
    }

    // MARK: Follows

    private func socialQuestions(_ route: String) -> [PrivacyQuestion]? {
        switch route {
        case "/social/feed":
            guard let id = viewer.id else { return [PrivacyQuestion("\(route)?userId=\(accounts[0].id)", status: 401)] }
            let expected = rows.feed(of: id).map { [$0.actor, $0.track ?? "profile_updated"] }
            return [
                PrivacyQuestion("\(route)?userId=\(id)", expected) { json in
                    (json["data"].array ?? []).map {
                        [$0["userId"].text ?? "", $0["trackId"].text ?? $0["action"].text ?? ""]
                    }
                }
            ]
        case "/social/isFollowing/:followerId/:followingId":
            return accounts.flatMap { one in
                accounts.map { other in
                    PrivacyQuestion(
                        "/social/isFollowing/\(one.id)/\(other.id)", rows.isFollowing(one.id, other.id, for: viewer.id)
                    ) { $0["data"]["isFollowing"].bool ?? false }
                }
            }
        default:
            let isFollowers = route.hasPrefix("/social/followers")
            return accounts.map { account in
                let list =
                    isFollowers
                    ? rows.followers(of: account.id, for: viewer.id)
                    : rows.following(of: account.id, for: viewer.id)
                return PrivacyQuestion(
                    route.replacing(":userId", with: account.id), rows.isVisible(account.id, to: viewer.id) ? list : nil
                ) { ($0["data"].array ?? []).compactMap { $0[isFollowers ? "followerId" : "followingId"].text } }
            }
        }
    }

    // MARK: Files

    private func mediaQuestions(_ route: String) -> [PrivacyQuestion]? {
        switch route {
        case "/media/avatar/:userId":
            return accounts.map { account in
                PrivacyQuestion(
                    "/media/avatar/\(account.id)", status: account.isActive && account.avatar != nil ? 200 : 404)
            }
        case "/media/track/:trackId", "/media/track/:trackId/waveform", "/media/cover/:trackId":
            return rows.files.filter { $0.purpose == "track" }.map { track in
                let isThere = route == "/media/cover/:trackId" ? track.cover != nil : true
                // A recording that is too short has no waveform: whether there is one is not the question.
                return PrivacyQuestion(route.replacing(":trackId", with: track.id)) { answer in
                    let isReadable = rows.isReadable(track, by: viewer.id)
                    if route.hasSuffix("waveform"), isReadable, answer.status == 404 { return nil }
                    let status = isReadable && isThere ? 200 : 404
                    return answer.status == status ? nil : "\(answer.status) instead of \(status)"
                }
            }
        case "/media/file/:fileId":
            return rows.files.filter(\.isReady).map { file in
                PrivacyQuestion("/media/file/\(file.id)", status: rows.isReadable(file, by: viewer.id) ? 200 : 404)
            }
        case "/media/file/:fileId/status":
            return rows.files.map { file in
                PrivacyQuestion(
                    "/media/file/\(file.id)/status",
                    status: viewer.id == nil ? 401 : file.owner == viewer.id ? 200 : 404)
            }
        default: return nil
        }
    }

    // MARK: Presence

    private func serviceQuestions(_ route: String) -> [PrivacyQuestion]? {
        guard let id = viewer.id else {
            let path = route.replacing(/:\w+/) { _ in accounts[0].id }
            return route.hasPrefix("/v1/health") ? [] : [PrivacyQuestion(path, status: 401)]
        }
        let friends = rows.friends(of: id)
        func presence(_ entry: ProductJSON, _ user: String, _ status: ProductJSON) -> [String] {
            [entry[user].text ?? "", status.text ?? ""]
        }
        func expected(_ users: Set<String>) -> Set<[String]> { Set(users.map { [$0, status(of: $0)] }) }
        switch route {
        case "/v1/friends":
            return ["", "online", "offline"].map { filter in
                let listed = filter.isEmpty ? friends : friends.filter { status(of: $0) == filter }
                return PrivacyQuestion("\(route)?limit=50&status=\(filter.isEmpty ? "all" : filter)", expected(listed))
                { json in
                    Set(
                        (json["friends"].array ?? []).map { presence($0, "friendId", $0["friendInfo"]["onlineStatus"]) }
                    )
                }
            }
        case "/v1/status/friends":
            return [
                PrivacyQuestion(route, expected(friends)) { json in
                    Set((json.array ?? []).map { presence($0, "userId", $0["status"]) })
                }
            ]
        case "/v1/friends/search":
            let found = accounts.map(\.id).filter { $0 != id && rows.isVisible($0, to: id) }
            return [
                PrivacyQuestion("\(route)?q=\(world.prefix)", expected(Set(found))) { json in
                    Set((json.array ?? []).map { presence($0, "userId", $0["onlineStatus"]) })
                }
            ]
        // What they list is compared by BlockRuleTests; here that it has no detail of a profile.
        default:
            return accounts.map { account in
                PrivacyQuestion(route.replacing(/:\w+/) { _ in account.id }) { _ in nil }
            }
        }
    }

    /// What the viewer must be told of a user's presence.
    private func status(of user: String) -> String {
        let isShown = rows.account(user).map { $0.showsStatus && $0.isActive } ?? false
        return isShown && world.online.contains(user) ? "online" : "offline"
    }
}

/// What an answer shows of a profile.
struct Shown: Equatable {
    var id: String
    var name: String
    var avatar: String?
    var cover: String?
    /// Biography, location, genres, instruments and links; empty if none of them is there.
    var details: [String]
    var following: [String]
    var tracks: Int
    var followers: Int
    var followingCount: Int
    var plays: Int
    var isPrivate: Bool
    var showsStatus: Bool

    init(
        id: String, name: String, avatar: String?, cover: String?, details: [String], following: [String], tracks: Int,
        followers: Int, followingCount: Int, plays: Int, isPrivate: Bool, showsStatus: Bool
    ) {
        (self.id, self.name, self.avatar, self.cover, self.details) = (id, name, avatar, cover, details)
        (self.following, self.tracks, self.followers, self.followingCount) = (
            following, tracks, followers, followingCount
        )
        (self.plays, self.isPrivate, self.showsStatus) = (plays, isPrivate, showsStatus)
    }

    init(_ data: ProductJSON) {
        func number(_ name: String) -> Int { data["stats"][name].number.map { Int($0) } ?? -1 }
        let lists = ["genres", "instruments"].flatMap { data[$0].array ?? [] }
        let texts = [data["bio"], data["location"]] + lists + [data["socialLinks"]["vk"]]
        self.init(
            id: data["userId"].text ?? "", name: data["username"].text ?? "", avatar: data["avatarUrl"].text,
            cover: data["coverImageUrl"].text, details: texts.compactMap(\.text),
            following: (data["following"].array ?? []).compactMap(\.text), tracks: number("tracksCount"),
            followers: number("followersCount"), followingCount: number("followingCount"), plays: number("totalPlays"),
            isPrivate: data["preferences"]["privateProfile"].bool ?? false,
            showsStatus: data["preferences"]["showOnlineStatus"].bool ?? false)
    }
}

/// What an answer shows of a public profile.
struct PublicShown: Equatable {
    var profile: Shown
    var tracks: [String]
    /// `isFollowing` and `isOwnProfile`; empty without a viewer.
    var relation: [Bool]
    var counts: [Int]

    init(profile: Shown, tracks: [String], relation: [Bool], counts: [Int]) {
        (self.profile, self.tracks, self.relation, self.counts) = (profile, tracks, relation, counts)
    }

    init(_ data: ProductJSON) {
        self.init(
            profile: Shown(data["profile"]), tracks: (data["tracks"].array ?? []).compactMap { $0["fileId"].text },
            relation: [data["isFollowing"].bool, data["isOwnProfile"].bool].compactMap { $0 },
            counts: ["followersCount", "followingCount"].map { data[$0].number.map { Int($0) } ?? -1 })
    }
}
