import Jobs
import Storage

/// The use cases of friends, requests, blocks and user search, of one event loop.
package struct FriendFeature: Sendable {
    package let sendRequest: SendFriendRequest
    package let respond: RespondToFriendRequest
    package let remove: RemoveFriend
    package let blocks: BlockUser
    package let list: ListFriends
    package let search: SearchUsers
    package let channels: [FeatureChannel]

    package init(_ environment: FeatureEnvironment, presence: PresenceFeature) {
        let friends = FriendStore(environment.database, events: environment.events)
        let producer = environment.producer
        sendRequest = SendFriendRequest(friends: friends, producer: producer)
        respond = RespondToFriendRequest(friends: friends, producer: producer)
        remove = RemoveFriend(friends: friends)
        blocks = BlockUser(blocks: BlockStore(environment.database, events: environment.events))
        let cache = OnlineFriendsCache(
            friends, presence.store, environment.shared.onlineFriendsMetrics, on: environment.loop)
        list = ListFriends(friends: friends, presence: presence.read, cache: cache)
        search = SearchUsers(
            search: UserSearch(environment.database), presence: presence.read, sets: FriendSetsCache(friends))
        channels = [
            FeatureChannel(
                name: PresenceStore.channel, onSubscribed: { cache.dropAll() }, onMessage: { cache.apply($0) })
        ]
    }
}
