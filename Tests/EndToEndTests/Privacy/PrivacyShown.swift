import TestSupport

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
