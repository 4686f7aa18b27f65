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
        // This world has no pictures of posts: MediaAddressTests compare those.
        case "/media/file/:userId/:fileName":
            return accounts.map { PrivacyQuestion("/media/file/\($0.id)/\($0.id).webp", status: 404) }
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
