package import Domain
import Storage

/// A user that a search found.
package struct FoundUser: Sendable {
    package enum Friendship: String, Sendable {
        case none, pending, friends
    }

    package let user: UserSummary
    package let friendship: Friendship
    package let mutualFriends: Int
    package let presence: UserPresence
}

/// Finds users by name. A user who hides the online status is found offline.
package struct SearchUsers: Sendable {
    private static let invalidLength = DomainError(
        field: "q",
        reason: "q must be \(FriendLimits.query.lowerBound) to \(FriendLimits.query.upperBound) characters long")

    let search: UserSearch
    let presence: ReadPresence
    let sets: FriendSetsCache

    /// - Throws: `validation_failed` for a text that is too short or too long.
    package func callAsFunction(_ text: String, by caller: Caller) async throws(DomainError) -> [FoundUser] {
        guard text.utf8.count <= 400 else { throw Self.invalidLength }
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard FriendLimits.query.contains(words.count), !words.utf8.contains(0) else { throw Self.invalidLength }
        let (found, counts) = try await domainErrors {
            let found = try await search.find(words, for: caller.user)
            return (found, try await mutualFriends(found, of: caller.user))
        }
        let states = await presence.states(of: found.map(\.user))
        return zip(found, states).map { found, presence in
            FoundUser(
                user: UserSummary(found.user), friendship: .init(found.relation),
                mutualFriends: counts[found.user.id] ?? 0, presence: presence)
        }
    }

    private func mutualFriends(_ found: [UserSearch.Found], of user: UserID) async throws -> [UserID: Int] {
        var counts: [UserID: Int] = [:]
        var uncounted: [UserID: Int] = [:]
        var ownVersion = 0
        for found in found {
            switch found.mutual {
            case .counted(let count): counts[found.user.id] = count
            case .uncounted(let version, let searchersVersion):
                uncounted[found.user.id] = version
                ownVersion = searchersVersion
            }
        }
        guard !uncounted.isEmpty else { return counts }
        return try await sets.mutualFriends(of: user, at: ownVersion, with: uncounted)
    }
}

extension FoundUser.Friendship {
    fileprivate init(_ relation: UserSearch.Found.Relation) {
        self =
            switch relation {
            case .none: .none
            case .pending: .pending
            case .friends: .friends
            }
    }
}

extension UserSummary {
    init(_ person: ListedUser) {
        self.init(id: person.id, username: person.username, avatar: person.avatar)
    }
}
