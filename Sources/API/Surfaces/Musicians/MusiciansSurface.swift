import Features
import HTTP

/// The musicians' surface: `/auth`, `/users`, `/social`, `/media` (S1). Answers are `{success: true, …}`, errors
/// `{success: false, error}`.
struct MusiciansSurface: Sendable {
    /// The features that the document names.
    struct Features: Sendable {
        let accounts: AccountFeature
        let media: MediaFeature
        let profiles: ProfileFeature
        let follows: FollowFeature
    }

    private let context: RequestContext
    private let limits: RequestLimiter
    private let features: Features
    private let responses: MusiciansResponses

    init(_ context: RequestContext, _ features: Features, publicBaseURL: String) {
        self.context = context
        limits = context.limits(.none)
        self.features = features
        responses = MusiciansResponses(publicBaseURL: publicBaseURL)
    }

    var table: RouteTable {
        RouteTable(
            prefixes: ["/auth", "/users", "/media", "/social"], routes: accounts + profiles + follows + media + uploads,
            render: render)
    }

    private var accounts: [Route] {
        let accounts = MusiciansAccounts(
            context: context, limits: limits, accounts: features.accounts, responses: responses)
        return [
            Route(.post, "/auth/register", accounts.register),
            Route(.post, "/auth/login", accounts.logIn),
            Route(.post, "/auth/refresh", accounts.refresh),
            Route(.post, "/auth/logout", accounts.logOut),
            Route(.post, "/auth/change_pass", accounts.changePassword),
        ]
    }

    private var profiles: [Route] {
        let profiles = MusiciansProfiles(
            context: context, limits: limits, profiles: features.profiles, responses: responses)
        return [
            Route(.get, "/users", profiles.list),
            Route(.get, "/users/:id/profile", profiles.profile),
            Route(.put, "/users/:id/profile", profiles.update),
            Route(.get, "/users/username/:username", profiles.named),
            Route(.get, "/users/:username/public", profiles.publicProfile),
            Route(.get, "/users/:username/tracks", profiles.tracks),
            Route(.get, "/users/:username/audio-files", profiles.recordings),
            Route(.get, "/social/profile/:username", profiles.publicProfile),
        ]
    }

    private var follows: [Route] {
        let social = MusiciansSocial(context: context, limits: limits, follows: features.follows, responses: responses)
        return [
            Route(.post, "/social/follow/:userId", social.follow),
            Route(.post, "/social/unfollow/:userId", social.unfollow),
            Route(.delete, "/social/unfollow/:userId", social.unfollow),
            Route(.get, "/social/followers/:userId", social.followers),
            Route(.get, "/social/following/:userId", social.following),
            Route(.get, "/social/isFollowing/:followerId/:followingId", social.isFollowing),
            Route(.get, "/social/feed", social.feed),
        ]
    }

    private var media: [Route] {
        let media = MusiciansMedia(context: context, limits: limits, media: features.media, responses: responses)
        return [
            Route(.post, "/media/upload/avatar", media.uploadAvatar),
            Route(.post, "/media/upload/track", media.uploadTrack),
            Route(.post, "/media/upload/cover", media.uploadCover),
            Route(.post, "/media/upload/file", media.uploadFile),
            Route(.get, "/media/avatar/:userId", media.avatar),
            Route(.get, "/media/track/:trackId", media.track),
            Route(.get, "/media/track/:trackId/waveform", media.waveform),
            Route(.get, "/media/cover/:trackId", media.cover),
            Route(.get, "/media/file/:fileId", media.file),
            Route(.delete, "/media/file/:fileId", media.deleteFile),
            Route(.delete, "/media/track/:trackId", media.deleteTrack),
            Route(.get, "/media/file/:fileId/status", media.status),
        ]
    }

    private var uploads: [Route] {
        MusiciansUploads(
            context: context, limits: limits, uploads: features.media.resumable, responses: responses
        ).routes
    }

    /// S1-3.
    @Sendable private func render(_ error: any Error, _ request: Request) -> Response {
        let error = ErrorResponse(error, request, context.log) {
            MusiciansErrorTable.entry(for: $0, at: request.path)
        }
        var response = responses.refusal(error.status, error.message, code: error.code)
        response.headers = error.headers
        return response
    }
}
