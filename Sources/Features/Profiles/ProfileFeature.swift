import Storage

/// The use cases of profiles, of one event loop.
package struct ProfileFeature: Sendable {
    package let read: ReadProfile
    package let update: UpdateProfile
    package let readPublic: ReadPublicUsers

    package init(
        _ environment: FeatureEnvironment, presence: PresenceFeature, friends: FriendFeature, follows: FollowFeature
    ) {
        let profiles = ProfileStore(environment.database)
        read = ReadProfile(
            profiles: profiles, media: MediaStore(environment.database), follows: FollowStore(environment.database))
        update = UpdateProfile(
            profiles: profiles, accounts: AccountStore(environment.database), presence: presence.store,
            producer: environment.producer, publicPosts: environment.publicPosts)
        readPublic = ReadPublicUsers(
            users: PublicUsers(environment.database), follows: follows.list, search: friends.search)
    }
}
