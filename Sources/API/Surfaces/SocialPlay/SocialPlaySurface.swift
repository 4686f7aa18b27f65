import Chassis
import Domain
import Features
import HTTP

/// SocialPlay: `/api/v1` (S2). Answers are bare objects or `{message}`, errors `{status: "error", message}`.
struct SocialPlaySurface: Sendable {
    /// What it serves.
    struct Features {
        let accounts: AccountFeature
        let notifications: NotificationFeature
        let friends: FriendFeature
        let follows: FollowFeature
        let profiles: ProfileFeature
        let posts: PostFeature
        let messages: MessageFeature
        let moderation: ModerationFeature
        let media: MediaFeature
        let mediaAddresses: MediaAddresses
        let analytics: AnalyticsFeature
    }

    private let context: RequestContext
    private let features: Features
    private let responses: SocialPlayResponses

    init(_ context: RequestContext, _ features: Features, publicBaseURL: String) {
        self.context = context
        self.features = features
        responses = SocialPlayResponses(publicBaseURL: publicBaseURL)
    }

    var table: RouteTable {
        let guards = SocialPlayGuards(context)
        let accounts = features.accounts
        let login = SocialPlayAccounts(
            context: context, accounts: accounts, limits: guards.limits, responses: responses)
        let sessions = SocialPlaySessions(sessions: accounts.sessions, responses: responses)
        let providers = SocialPlayProviders(context: context, accounts: accounts, responses: responses)
        let own = SocialPlayOwnAccount(account: accounts.account, export: accounts.export, responses: responses)
        let twoFactor = SocialPlayTwoFactor(twoFactor: accounts.twoFactor, responses: responses)
        let users = SocialPlayUsers(
            users: features.profiles.readPublic, follow: features.follows.follow, blocks: features.friends.blocks,
            responses: responses)
        let posts = SocialPlayPosts(posts: features.posts, responses: responses)
        let comments = SocialPlayComments(
            write: features.posts.writeComments, read: features.posts.readComments, responses: responses)
        let shares = SocialPlayShares(
            share: features.posts.share, bookmark: features.posts.bookmark, responses: responses)
        let mutes = SocialPlayMutes(mutes: features.follows.mute, responses: responses)
        let search = SocialPlaySearch(
            search: features.posts.search, hashtags: features.posts.readHashtags, responses: responses)
        let drafts = SocialPlayDrafts(posts: features.posts, responses: responses)
        let media = SocialPlayMedia(
            context: context, media: features.media, addresses: features.mediaAddresses, responses: responses)
        let notifications = SocialPlayNotifications(groups: features.notifications.groups, responses: responses)
        let messages = SocialPlayMessages(messages: features.messages, responses: responses)
        let administration = SocialPlayAdministration(
            administration: accounts.administration, publishAnnouncement: features.notifications.publishAnnouncement,
            log: context.log, responses: responses)
        let reports = SocialPlayReports(
            report: features.moderation.report, appeals: features.moderation.appeals, responses: responses)
        let moderation = SocialPlayModeration(moderation: features.moderation, responses: responses)
        let analytics = SocialPlayAnalytics(read: features.analytics.read, responses: responses)
        return RouteTable(
            prefixes: ["/api/v1"],
            routes: [
                Route(.post, "/api/v1/auth/register", guards.anyone(.socialPlayRegister, login.register)),
                Route(.post, "/api/v1/auth/login", guards.anyone(.socialPlayLogin, login.logIn)),
                Route(.post, "/api/v1/auth/refresh", guards.anyone(login.refresh)),
                Route(.post, "/api/v1/auth/logout", guards.anyone(login.logOut)),
                Route(.post, "/api/v1/auth/forgot-password", guards.anyone(.socialPlayPassword, login.forgotPassword)),
                Route(.post, "/api/v1/auth/reset-password", guards.anyone(.socialPlayPassword, login.resetPassword)),
                Route(
                    .post, "/api/v1/auth/change-password", guards.users(.socialPlayPasswordChange, login.changePassword)
                ),
                Route(.post, "/api/v1/auth/verify-email", guards.anyone(login.verifyEmail)),
                Route(.post, "/api/v1/auth/verify-email/resend", guards.users(login.resendVerification)),

                Route(.get, "/api/v1/auth/sessions", guards.users(sessions.list)),
                Route(.delete, "/api/v1/auth/sessions", guards.users(sessions.endOthers)),
                Route(.delete, "/api/v1/auth/sessions/:id", guards.users(sessions.end)),

                Route(.get, "/api/v1/auth/providers", guards.anyone(providers.list)),
                Route(.post, "/api/v1/auth/providers/:name/nonce", guards.anyone(providers.begin)),
                Route(.post, "/api/v1/auth/providers/:name/login", guards.anyone(.socialPlayLogin, providers.logIn)),

                Route(.get, "/api/v1/users/me", guards.users(own.read)),
                Route(.put, "/api/v1/users/me", guards.users(own.update)),
                Route(.delete, "/api/v1/users/me", guards.users(own.delete)),
                Route(.post, "/api/v1/users/me/deactivate", guards.users(own.deactivate)),
                Route(.post, "/api/v1/users/me/export", guards.users(own.requestExport)),
                Route(.get, "/api/v1/users/me/export", guards.users(own.readExport)),
                Route(.get, "/api/v1/users/me/export/download", guards.users(own.downloadExport)),

                Route(.get, "/api/v1/users/me/two-factor", guards.users(twoFactor.read)),
                Route(.post, "/api/v1/users/me/two-factor", guards.users(.socialPlayPasswordChange, twoFactor.begin)),
                Route(
                    .delete, "/api/v1/users/me/two-factor", guards.users(.socialPlayPasswordChange, twoFactor.disable)),
                Route(
                    .post, "/api/v1/users/me/two-factor/confirm",
                    guards.users(.socialPlayPasswordChange, twoFactor.confirm)),
                Route(
                    .put, "/api/v1/users/me/two-factor/confirm",
                    guards.users(.socialPlayPasswordChange, twoFactor.confirm)),
                Route(
                    .post, "/api/v1/users/me/two-factor/recovery-codes",
                    guards.users(.socialPlayPasswordChange, twoFactor.renewRecoveryCodes)),

                Route(.get, "/api/v1/users/search", guards.users(users.search)),
                Route(.get, "/api/v1/users/:id", guards.viewers(users.read)),
                Route(.get, "/api/v1/users/:id/followers", guards.viewers(users.followers)),
                Route(.get, "/api/v1/users/:id/following", guards.viewers(users.following)),
                Route(.post, "/api/v1/users/:id/follow", guards.users(users.follow)),
                Route(.delete, "/api/v1/users/:id/follow", guards.users(users.unfollow)),
                Route(.delete, "/api/v1/users/me/followers/:id", guards.users(users.removeFollower)),
                Route(.get, "/api/v1/blocks", guards.users(users.listBlocks)),
                Route(.post, "/api/v1/users/:id/block", guards.users(users.block)),
                Route(.delete, "/api/v1/users/:id/block", guards.users(users.unblock)),
                Route(.get, "/api/v1/mutes", guards.users(mutes.list)),
                Route(.post, "/api/v1/users/:id/mute", guards.users(mutes.mute)),
                Route(.delete, "/api/v1/users/:id/mute", guards.users(mutes.unmute)),

                Route(.get, "/api/v1/users/me/posts", guards.users(posts.own)),
                Route(.get, "/api/v1/users/:id/posts", guards.viewers(posts.ofUser)),
                Route(.get, "/api/v1/posts", guards.viewers(posts.list)),
                Route(.post, "/api/v1/posts", guards.users(posts.publish)),
                Route(.get, "/api/v1/posts/feed", guards.users(posts.feed)),
                Route(.get, "/api/v1/posts/search", guards.viewers(search.posts)),
                Route(.get, "/api/v1/posts/:id", guards.viewers(posts.read)),
                Route(.put, "/api/v1/posts/:id", guards.users(posts.update)),
                Route(.delete, "/api/v1/posts/:id", guards.users(posts.delete)),
                Route(.post, "/api/v1/posts/:id/like", guards.users(posts.like)),
                Route(.delete, "/api/v1/posts/:id/like", guards.users(posts.unlike)),
                Route(.get, "/api/v1/posts/:id/likes", guards.viewers(posts.likes)),

                Route(.get, "/api/v1/users/:id/shares", guards.viewers(shares.ofUser)),
                Route(.get, "/api/v1/posts/:id/shares", guards.viewers(shares.ofPost)),
                Route(.post, "/api/v1/posts/:id/share", guards.users(shares.share)),
                Route(.delete, "/api/v1/posts/:id/share", guards.users(shares.unshare)),
                Route(.get, "/api/v1/bookmarks", guards.users(shares.bookmarks)),
                Route(.post, "/api/v1/posts/:id/bookmark", guards.users(shares.addBookmark)),
                Route(.delete, "/api/v1/posts/:id/bookmark", guards.users(shares.removeBookmark)),

                Route(.get, "/api/v1/posts/:id/versions", guards.users(posts.versions)),
                Route(.post, "/api/v1/drafts", guards.users(drafts.create)),
                Route(.get, "/api/v1/drafts", guards.users(drafts.list)),
                Route(.get, "/api/v1/drafts/:id", guards.users(drafts.read)),
                Route(.put, "/api/v1/drafts/:id", guards.users(drafts.update)),
                Route(.delete, "/api/v1/drafts/:id", guards.users(drafts.delete)),
                Route(.post, "/api/v1/drafts/:id/publish", guards.users(drafts.publish)),

                Route(.get, "/api/v1/hashtags", guards.viewers(search.suggestions)),
                Route(.get, "/api/v1/hashtags/:tag", guards.viewers(search.hashtag)),
                Route(.get, "/api/v1/hashtags/:tag/posts", guards.viewers(search.postsOfHashtag)),

                Route(.get, "/api/v1/posts/:id/comments", guards.viewers(comments.list)),
                Route(.post, "/api/v1/posts/:id/comments", guards.users(comments.create)),
                Route(.get, "/api/v1/comments/:id", guards.viewers(comments.one)),
                Route(.put, "/api/v1/comments/:id", guards.users(comments.update)),
                Route(.delete, "/api/v1/comments/:id", guards.users(comments.delete)),
                Route(.post, "/api/v1/comments/:id/reply", guards.users(comments.reply)),

                Route(.post, "/api/v1/media/upload", guards.users(media.upload)),
                Route(.get, "/media/file/:userId/:fileName", media.read),

                Route(.get, "/api/v1/notifications", guards.users(notifications.list)),
                Route(.get, "/api/v1/notifications/unread-count", guards.users(notifications.countUnread)),
                Route(.put, "/api/v1/notifications/read-all", guards.users(notifications.readAll)),
                Route(.put, "/api/v1/notifications/:id/read", guards.users(notifications.read)),
                Route(.delete, "/api/v1/notifications/:id", guards.users(notifications.delete)),
                Route(.get, "/api/v1/messages", guards.users(messages.conversations)),
                Route(.get, "/api/v1/messages/search", guards.users(messages.search)),
                Route(.get, "/api/v1/messages/unread", guards.users(messages.unread)),
                Route(.get, "/api/v1/messages/:id", guards.users(messages.history)),
                Route(.post, "/api/v1/messages/:id", guards.users(messages.send)),
                Route(.put, "/api/v1/messages/:id", guards.users(messages.edit)),
                Route(.delete, "/api/v1/messages/:id", guards.users(messages.delete)),
                Route(.put, "/api/v1/messages/:id/read", guards.users(messages.read)),
                Route(.put, "/api/v1/messages/:id/reaction", guards.users(messages.react)),
                Route(.delete, "/api/v1/messages/:id/reaction", guards.users(messages.endReaction)),
                Route(.get, "/api/v1/analytics/me", guards.users(analytics.own)),
                Route(.get, "/api/v1/admin/analytics", guards.users(analytics.all)),

                Route(.put, "/api/v1/admin/users/:id/role", guards.users(administration.setRole)),
                Route(.put, "/api/v1/admin/users/:id/status", guards.users(administration.setStatus)),
                Route(.delete, "/api/v1/admin/users/:id/two-factor", guards.users(administration.resetTwoFactor)),
                Route(.post, "/api/v1/admin/announcements", guards.users(administration.announce)),

                Route(.post, "/api/v1/reports", guards.users(.socialPlayReports, reports.create)),
                Route(.get, "/api/v1/reports/me", guards.users(reports.own)),
                Route(.get, "/api/v1/moderation/actions/me", guards.users(reports.actions)),
                Route(.post, "/api/v1/moderation/actions/:id/appeal", guards.viewers(reports.appeal)),
                Route(.get, "/api/v1/moderation/cases", guards.users(moderation.list)),
                Route(.get, "/api/v1/moderation/cases/:id", guards.users(moderation.read)),
                Route(.post, "/api/v1/moderation/cases/:id/assign", guards.users(moderation.assign)),
                Route(.post, "/api/v1/moderation/cases/:id/release", guards.users(moderation.release)),
                Route(.post, "/api/v1/moderation/cases/:id/dismiss", guards.users(moderation.dismiss)),
                Route(.post, "/api/v1/moderation/cases/:id/remove", guards.users(moderation.remove)),
                Route(.post, "/api/v1/moderation/cases/:id/warn", guards.users(moderation.warn)),
                Route(.post, "/api/v1/moderation/cases/:id/limit", guards.users(moderation.limit)),
                Route(.post, "/api/v1/moderation/cases/:id/suspend", guards.users(moderation.suspend)),
                Route(.get, "/api/v1/moderation/appeals", guards.users(moderation.appeals)),
                Route(.post, "/api/v1/moderation/actions/:id/decision", guards.users(moderation.decide)),
                Route(.get, "/api/v1/moderation/audit", guards.users(moderation.audit)),
            ],
            render: render)
    }

    /// S2-130 to S2-135.
    @Sendable private func render(_ error: any Error, _ request: Request) -> Response {
        let error = ErrorResponse(error, request, context.log, table: SocialPlayErrorTable.entry)
        var writer = JSONWriter()
        writer.object { body in
            body.member("status", literal: "error")
            body.member("message", error.message)
            if let code = error.code { body.member("code", code) }
            guard let refusal = error.error, refusal.code == .validationFailed, !refusal.problems.isEmpty else {
                return
            }
            body.member("errors", array: refusal.problems) { errors, problem in
                errors.object { entry in
                    entry.member("field", problem.field)
                    entry.member("message", problem.message)
                }
            }
        }
        return .json(error.status, writer.bytes, headers: error.headers).with("Cache-Control", "no-store")
    }
}
