package import Chassis
package import Domain

/// The outcome of sending or accepting a friend request.
package enum FriendOutcome: Sendable {
    package struct Made: Sendable {
        package let id: FriendshipID
        package let other: UserID
        package let createdAt: Timestamp
        package let updatedAt: Timestamp
        /// The jobs whose rows were inserted.
        package let enqueued: Set<JobID>
    }

    /// The request is pending.
    case pending(Made)
    /// Both are friends.
    case accepted(Made)
    /// Nothing was written, for this reason.
    case refused(DomainError.Code)
}

/// Jobs that are enqueued depending on the outcome of a friend request.
package struct FriendJobs: Sendable {
    /// If the request is pending.
    package var requested: [OutboxJob] = []
    /// If both become friends.
    package var accepted: [OutboxJob] = []
    /// If it is the first friendship of a user.
    package var first: [UserID: OutboxJob] = [:]

    package init() {}

    package var all: [OutboxJob] { requested + accepted + first.values }

    /// The parameter of `send_friend_request` and `accept_pending_request`.
    var json: [UInt8] {
        var json = Array(#"{"requested":"#.utf8) + requested.records
        json += Array(#","accepted":"#.utf8) + accepted.records
        json += Array(#","first":{"#.utf8)
        for (index, entry) in first.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json += Array("\"\(entry.key)\":".utf8) + entry.value.record
        }
        return json + Array("}}".utf8)
    }
}
