import Features
import HTTP

/// The musicians' surface: `/auth`, `/users`, `/media`, `/social` (S1). Answers are `{success: true, …}`, errors
/// `{success: false, error}`.
struct MusiciansSurface: Sendable {
    private let context: RequestContext
    private let accounts: AccountFeature
    private let media: MediaFeature
    private let profiles: ProfileFeature
    private let follows: FollowFeature
    private let responses: MusiciansResponses

    /// The features that the surface offers.
    struct Features: Sendable {
        let accounts: AccountFeature
        let media: MediaFeature
        let profiles: ProfileFeature
        let follows: FollowFeature
    }

    init(_ context: RequestContext, _ features: Features, publicBaseURL: String) {
        self.context = context
        accounts = features.accounts
        media = features.media
        profiles = features.profiles
        follows = features.follows
        responses = MusiciansResponses(publicBaseURL: publicBaseURL)
    }

    var table: RouteTable {
        let limits = context.limits(.none)
        let accounts = MusiciansAccounts(context: context, limits: limits, accounts: accounts, responses: responses)
        let media = MusiciansMedia(context: context, limits: limits, media: media, responses: responses)
        let uploads = MusiciansUploads(
            context: context, limits: limits, uploads: self.media.resumable, responses: responses)
        let profiles = MusiciansProfiles(context: context, limits: limits, profiles: profiles, responses: responses)
        let social = MusiciansSocial(context: context, limits: limits, follows: follows, responses: responses)
        return RouteTable(
            prefixes: ["/auth", "/users", "/media", "/social"],
            routes: [
                Route(.post, "/auth/register", accounts.register),
                Route(.post, "/auth/login", accounts.logIn),
                Route(.post, "/auth/refresh", accounts.refresh),
                Route(.post, "/auth/logout", accounts.logOut),
                Route(.post, "/auth/change_pass", accounts.changePassword),
                Route(.get, "/users", profiles.list),
                Route(.get, "/users/:id/profile", profiles.profile),
                Route(.put, "/users/:id/profile", profiles.update),
                Route(.get, "/users/username/:username", profiles.named),
                Route(.get, "/users/:username/public", profiles.publicProfile),
                Route(.get, "/users/:username/tracks", profiles.tracks),
                Route(.get, "/users/:username/audio-files", profiles.recordings),

                Route(.post, "/social/follow/:userId", social.follow),
                Route(.post, "/social/unfollow/:userId", social.unfollow),
                Route(.delete, "/social/unfollow/:userId", social.unfollow),
                Route(.get, "/social/followers/:userId", social.followers),
                Route(.get, "/social/following/:userId", social.following),
                Route(.get, "/social/isFollowing/:followerId/:followingId", social.isFollowing),
                Route(.get, "/social/profile/:username", profiles.publicProfile),
                Route(.get, "/social/feed", social.feed),

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
            ] + uploads.routes,
            render: render)
    }

    /// S1-3.
    @Sendable private func render(_ error: any Error, _ request: Request) -> Response {
        let error = ErrorResponse(error, request, context.log) {
            MusiciansErrorTable.entry(for: $0, at: request.path)
        }
        var response = responses.refusal(error.status, error.message)
        response.headers = error.headers
        return response
    }
}
