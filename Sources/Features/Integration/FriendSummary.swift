package import Chassis
package import Domain
import Jobs
import Storage

/// The friends of a user, as another service reads them.
package struct FriendSummary: Sendable, CachedRelation {
    package struct Friend: Sendable {
        package let id: UserID
        package let since: Timestamp
        package let isActive: Bool
    }

    package let friends: [Friend]

    init(_ friends: [Friend]) {
        self.friends = friends
    }

    /// 25 bytes a friend: id, microseconds since 1970, whether active.
    var cached: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(friends.count * 25)
        for friend in friends {
            bytes.appendInteger(friend.id.identifier.high)
            bytes.appendInteger(friend.id.identifier.low)
            bytes.appendInteger(UInt64(bitPattern: friend.since.microseconds))
            bytes.append(friend.isActive ? 1 : 0)
        }
        return bytes
    }

    init?(cached bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count.isMultiple(of: 25) else { return nil }
        friends = stride(from: 0, to: bytes.count, by: 25).map { start in
            Friend(
                id: UserID(Identifier(high: bytes.integer(at: start), low: bytes.integer(at: start + 8))),
                since: Timestamp(microseconds: Int64(bitPattern: bytes.integer(at: start + 16))),
                isActive: bytes[start + 24] == 1)
        }
    }
}

/// The users that two users both have as friends.
package struct MutualFriends: Sendable, CachedRelation {
    package struct Friend: Sendable {
        package let id: UserID
        package let username: String
    }

    package let friends: [Friend]

    init(_ friends: [Friend]) {
        self.friends = friends
    }

    /// For each: id, the user name's length in a byte, the user name.
    var cached: [UInt8] {
        var bytes: [UInt8] = []
        for friend in friends {
            bytes.appendInteger(friend.id.identifier.high)
            bytes.appendInteger(friend.id.identifier.low)
            bytes.append(UInt8(clamping: friend.username.utf8.count))
            bytes += friend.username.utf8
        }
        return bytes
    }

    init?(cached bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        var friends: [Friend] = []
        var start = 0
        while start < bytes.count {
            guard start + 17 <= bytes.count, start + 17 + Int(bytes[start + 16]) <= bytes.count else { return nil }
            let end = start + 17 + Int(bytes[start + 16])
            friends.append(
                Friend(
                    id: UserID(Identifier(high: bytes.integer(at: start), low: bytes.integer(at: start + 8))),
                    username: String(decoding: bytes[(start + 17)..<end], as: UTF8.self)))
            start = end
        }
        self.friends = friends
    }
}

extension [UInt8] {
    fileprivate mutating func appendInteger(_ value: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
    }

    fileprivate func integer(at start: Int) -> UInt64 {
        self[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
