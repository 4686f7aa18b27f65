import Storage

/// The use cases of follows, of one event loop.
package struct FollowFeature: Sendable {
    package let follow: FollowUser
    package let list: ListFollows
    package let readFeed: ReadActivities

    package init(_ environment: FeatureEnvironment) {
        let follows = FollowStore(environment.database)
        let profiles = ProfileStore(environment.database)
        follow = FollowUser(follows: follows)
        list = ListFollows(follows: follows, profiles: profiles)
        readFeed = ReadActivities(activities: ActivityStore(environment.database))
    }
}
