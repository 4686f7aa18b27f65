/// Which friends.
enum FriendFilter: String, CaseIterable {
    case all, online, offline
}
