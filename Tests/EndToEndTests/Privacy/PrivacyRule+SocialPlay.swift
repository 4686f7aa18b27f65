import TestSupport

/// What a viewer must be shown by SocialPlay.
extension PrivacyRule {
    /// Nobody publishes posts in this world: PostVisibilityTests compare those.
    func socialPlayQuestions(_ route: String) -> [PrivacyQuestion]? {
        switch route {
        case "/api/v1/users/search":
            guard viewer.id != nil else { return [PrivacyQuestion("\(route)?q=\(world.prefix)", status: 401)] }
            let found = rows.accounts.map(\.id).filter { $0 != viewer.id && rows.isVisible($0, to: viewer.id) }
            return [PrivacyQuestion("\(route)?q=\(world.prefix)", Set(found)) { Set(ids(of: $0)) }]
        case "/api/v1/admin/analytics":
            let status = viewer.id == nil ? 401 : viewer.id == world.administrator.id ? 200 : 403
            return [PrivacyQuestion(route, status: status)]
        case "/api/v1/posts/feed", "/api/v1/blocks", "/api/v1/mutes", "/api/v1/bookmarks", "/api/v1/notifications",
            "/api/v1/notifications/unread-count", "/api/v1/analytics/me":
            return [PrivacyQuestion(route, status: viewer.id == nil ? 401 : 200)]
        case "/api/v1/messages", "/api/v1/messages/unread":
            return [PrivacyQuestion(route, status: viewer.id == nil ? 401 : 200)]
        case "/api/v1/messages/search":
            return [PrivacyQuestion("\(route)?q=music", status: viewer.id == nil ? 401 : 200)]
        case "/api/v1/messages/:id":
            let path = route.replacing(":id", with: rows.accounts[0].id)
            return [PrivacyQuestion(path, status: viewer.id == nil ? 401 : 200)]
        case "/api/v1/posts", "/api/v1/hashtags": return [PrivacyQuestion(route, status: 200)]
        case "/api/v1/posts/search": return [PrivacyQuestion("\(route)?q=music", status: 200)]
        case let route where route.hasPrefix("/api/v1/hashtags/:tag"):
            return [PrivacyQuestion(route.replacing(":tag", with: "music"), status: 200)]
        // Reports are one's own; the queue, which is empty, is for moderators and administrators.
        case "/api/v1/reports/me", "/api/v1/moderation/actions/me":
            return [PrivacyQuestion(route, status: viewer.id == nil ? 401 : 200)]
        case let route where route.hasPrefix("/api/v1/moderation/"):
            let path = route.replacing(":id", with: rows.accounts[0].id)
            guard viewer.id == world.administrator.id else {
                return [PrivacyQuestion(path, status: viewer.id == nil ? 401 : 403)]
            }
            return [PrivacyQuestion(path, status: route.contains(":id") ? 404 : 200)]
        case "/api/v1/drafts": return [PrivacyQuestion(route, status: viewer.id == nil ? 401 : 200)]
        case "/api/v1/drafts/:id", "/api/v1/posts/:id/versions":
            let path = route.replacing(":id", with: rows.accounts[0].id)
            return [PrivacyQuestion(path, status: viewer.id == nil ? 401 : 404)]
        case "/api/v1/comments/:id":
            return [PrivacyQuestion(route.replacing(":id", with: rows.accounts[0].id), status: 404)]
        case let route where route.hasPrefix("/api/v1/posts/:id"):
            return [PrivacyQuestion(route.replacing(":id", with: rows.accounts[0].id), status: 404)]
        default: return rows.accounts.map { socialPlayQuestion(route, $0) }
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
        case "/api/v1/users/:id/posts", "/api/v1/users/:id/shares":
            return PrivacyQuestion(path, status: isVisible ? 200 : 404)
        default: return PrivacyQuestion(path) { _ in "this test does not know what it shows" }
        }
    }

    private func ids(of users: ProductJSON) -> [String] { (users.array ?? []).compactMap { $0["id"].text } }
}
