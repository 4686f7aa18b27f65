import Chassis
import Domain
import Jobs
import Storage

/// What other services ask about people, and tell of them.
struct Integration: Sendable {
    let friends: FriendStore
    let preferences: PreferenceStore
    let relations: RelationCache
    let outbox: Outbox
    let producer: Producer

    /// Somebody's friends as JSON members, and when that was true (S0-74 to S0-76).
    func summary(of user: UserID) async throws -> (json: [UInt8], madeAt: Timestamp) {
        guard try await friends.exists(user) else { throw FriendRefusal.personUnknown }
        return try await relations.answer("friends:\(user)", about: [user]) {
            let known = try await friends.summary(of: user)
            var writer = JSONWriter(reserving: 128 + known.count * 128)
            writer.object { body in
                body.member("friends", array: known) { list, friend in
                    list.object { entry in
                        entry.member("friendId", friend.id.description)
                        entry.member("friendshipDate", friend.since, .seconds)
                        entry.member("isActive", friend.isActive)
                    }
                }
                body.member("totalFriends", known.count)
            }
            return writer.bytes
        }
    }

    /// Whom two people both know, as JSON members, and when that was true (S0-84, S0-85).
    func mutualFriends(of user: UserID, and other: UserID) async throws -> (json: [UInt8], madeAt: Timestamp) {
        guard try await friends.relation(user, other) != nil else { throw FriendRefusal.personUnknown }
        return try await relations.answer("mutual:\(user):\(other)", about: [user, other]) {
            let people = try await friends.mutual(user, other)
            var writer = JSONWriter(reserving: 128 + people.count * 128)
            writer.object { body in
                body.member("mutualFriendsCount", people.count)
                body.member("mutualFriends", array: people) { list, person in
                    list.object { entry in
                        entry.member("friendId", person.id.description)
                        entry.member("username", person.username)
                    }
                }
            }
            return writer.bytes
        }
    }

    /// What two people are to each other, as it is now (S0-80 to S0-83).
    func relation(of user: UserID, and other: UserID) async throws -> FriendStore.Relation {
        guard let relation = try await friends.relation(user, other) else { throw FriendRefusal.personUnknown }
        return relation
    }

    /// S0-86 to S0-88.
    func preferences(of user: UserID) async throws -> PreferenceStore.Chosen {
        guard let chosen = try await preferences.read(user) else { throw FriendRefusal.personUnknown }
        return chosen
    }

    /// The achievement service says that somebody has won their first friend: they are told once (S0-77, S0-78).
    func firstFriend(of user: UserID, _ friend: UserID, trace: String) async throws {
        guard try await friends.exists(user), try await friends.exists(friend) else {
            throw FriendRefusal.personUnknown
        }
        let notice = try producer.outboxJob(
            Notify(.achievement, to: user, by: nil, entity: friend.identifier, title: "First friend"), trace: trace)
        for job in try await outbox.add([notice]) { producer.push(job) }
    }
}
