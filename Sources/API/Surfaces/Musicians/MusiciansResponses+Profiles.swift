import Chassis
import Domain
import Features
import HTTP

/// Profiles, follows and activities.
extension MusiciansResponses {
    /// `{success, data}` (S1-28).
    func profile(_ profile: UserProfile) -> Response {
        data { $0.object("data") { write(profile, to: &$0) } }
    }

    /// `{success, profiles}` (S1-37).
    func profiles(_ profiles: [UserProfile]) -> Response {
        data { body in
            body.member("profiles", array: profiles) { list, profile in list.object { write(profile, to: &$0) } }
        }
    }

    /// A part of the list of all profiles, without its brackets.
    func list(_ profiles: ArraySlice<UserProfile>, isFirst: Bool) -> [UInt8] {
        var writer = JSONWriter(reserving: profiles.count * 1_024)
        writer.array(of: profiles) { list, profile in list.object { write(profile, to: &$0) } }
        return (isFirst ? [] : [UInt8(ascii: ",")]) + writer.bytes.dropFirst().dropLast()
    }

    /// `{success, data: {profile, tracks, …}}` (S1-41).
    func publicProfile(_ shown: PublicProfile) -> Response {
        data { body in
            body.object("data") { data in
                data.object("profile") { write(shown.profile, to: &$0) }
                data.member("tracks", array: shown.tracks) { list, track in list.object { write(track, to: &$0) } }
                data.member("followersCount", shown.profile.followersCount)
                data.member("followingCount", shown.profile.followingCount)
                if let isFollowing = shown.isFollowing { data.member("isFollowing", isFollowing) }
                if let isOwnProfile = shown.isOwnProfile { data.member("isOwnProfile", isOwnProfile) }
            }
        }
    }

    /// `{success, data: [file]}`, or `audioFiles` (S1-43, S1-44).
    func files(_ name: StaticString, _ files: [UploadedFile]) -> Response {
        data { body in
            body.member(name, array: files) { list, file in list.object { write(file, to: &$0) } }
        }
    }

    /// S1-85.
    func follow(_ follow: UserFollow) -> Response {
        data { $0.object("data") { write(follow, to: &$0) } }
    }

    /// S1-88.
    func follows(_ follows: [UserFollow]) -> Response {
        data { body in
            body.member("data", array: follows) { list, follow in list.object { write(follow, to: &$0) } }
        }
    }

    /// S1-90.
    func isFollowing(_ isFollowing: Bool) -> Response {
        data { $0.object("data") { $0.member("isFollowing", isFollowing) } }
    }

    /// S1-93.
    func activities(_ activities: [UserActivity]) -> Response {
        data { body in
            body.member("data", array: activities) { list, activity in
                list.object { entry in
                    entry.member("userId", activity.user)
                    entry.member("username", activity.username)
                    if let avatar = avatars.address(activity.avatar, of: activity.user) {
                        entry.member("avatarUrl", avatar)
                    }
                    if let track = activity.track {
                        entry.member("action", literal: "track_published")
                        entry.member("trackId", track.id)
                        entry.member("trackTitle", track.title)
                    } else {
                        entry.member("action", literal: "profile_updated")
                    }
                    entry.member("createdAt", activity.createdAt, .milliseconds)
                }
            }
        }
    }

    private func data(_ members: (inout JSONWriter) -> Void) -> Response {
        var writer = JSONWriter(reserving: 1_024)
        writer.object { body in
            body.member("success", true)
            members(&body)
        }
        return .json(200, writer.bytes)
    }

    private func write(_ follow: UserFollow, to object: inout JSONWriter) {
        object.member("_id", follow.id.description)
        object.member("followerId", follow.follower)
        object.member("followingId", follow.followed)
        object.member("createdAt", follow.createdAt, .milliseconds)
    }

    /// S1-30 to S1-35, S1-126 to S1-143.
    private func write(_ profile: UserProfile, to object: inout JSONWriter) {
        object.member("_id", profile.user.description)
        object.member("userId", profile.user)
        object.member("username", profile.username)
        if let name = profile.displayName { object.member("displayName", name) }
        if let avatar = avatars.address(profile.avatar, of: profile.user) { object.member("avatarUrl", avatar) }
        if let bio = profile.bio { object.member("bio", bio) }
        switch profile.cover {
        case .uploaded(let cover): object.member("coverImageUrl", "\(publicBaseURL)/media/file/\(cover)")
        case .external(let address): object.member("coverImageUrl", address)
        case nil: break
        }
        if let location = profile.location { object.member("location", location) }
        object.member("genres", json: profile.genres)
        object.member("instruments", json: profile.instruments)
        object.member("socialLinks", json: profile.socialLinks)
        object.object("stats") { stats in
            stats.member("tracksCount", profile.tracksCount)
            stats.member("followersCount", profile.followersCount)
            stats.member("followingCount", profile.followingCount)
            stats.member("totalPlays", profile.totalPlays)
        }
        object.object("preferences") { preferences in
            preferences.member("emailNotifications", profile.wantsEmail)
            preferences.member("showOnlineStatus", profile.showsOnlineStatus)
            preferences.member("privateProfile", profile.isPrivate)
        }
        object.member("role", profile.role == .admin ? "admin" : profile.persona.rawValue)
        object.member("following", array: profile.following) { $0.value($1.description) }
        object.member("createdAt", profile.createdAt, .milliseconds)
        object.member("updatedAt", profile.updatedAt, .milliseconds)
    }
}
