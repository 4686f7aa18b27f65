import Jobs
import Postgres
import Storage

/// The use cases of follows, of one event loop.
package struct FollowFeature: Sendable {
    package let follow: FollowUser
    package let list: ListFollows
    package let mute: MuteUsers
    package let readFeed: ReadActivities

    package init(_ environment: FeatureEnvironment) {
        let follows = FollowStore(environment.database)
        let profiles = ProfileStore(environment.database)
        let timelines = TimelineStore(environment.redis)
        let queue = WriteQueue(on: environment.loop) { new in
            await result { () async throws(PostgresError) in try await follows.follow(new) }
        }
        follow = FollowUser(
            follows: follows, queue: queue, producer: environment.producer, timelines: timelines,
            loop: environment.loop)
        mute = MuteUsers(
            mutes: MuteStore(environment.database), producer: environment.producer, timelines: timelines,
            loop: environment.loop)
        list = ListFollows(follows: follows, profiles: profiles)
        readFeed = ReadActivities(
            timeline: Timeline(
                ActivityStore(environment.database), timelines, environment.shared.timelineMetrics,
                on: environment.loop))
    }
}
