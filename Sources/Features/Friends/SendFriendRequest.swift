package import Chassis
package import Domain
import Jobs
import Storage

/// A friend request or friendship after a use case changed it.
package struct FriendRequestResult: Sendable {
    package let id: FriendshipID
    /// The other user.
    package let other: UserID
    package let isAccepted: Bool
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    init(_ made: FriendOutcome.Made, isAccepted: Bool) {
        id = made.id
        other = made.other
        createdAt = made.createdAt
        updatedAt = made.updatedAt
        self.isAccepted = isAccepted
    }
}

/// Sends a friend request. A request to a user whose own request is pending makes both friends at once.
package struct SendFriendRequest: Sendable {
    let friends: FriendStore
    let producer: Producer

    /// - Throws: `cannot_add_yourself`, `user_not_found`, `already_friends`, `friend_request_exists`, `user_blocked`,
    ///   `friend_limit_reached`, `token_invalid` if the caller's account is closed.
    package func callAsFunction(
        to other: UserID, message: FriendRequestText?, by caller: Caller
    ) async throws(DomainError) -> FriendRequestResult {
        guard other != caller.user else { throw .cannotAddYourself }
        return try await domainErrors { try await send(other, message?.text, caller) }
    }

    private func send(_ other: UserID, _ message: String?, _ caller: Caller) async throws -> FriendRequestResult {
        let id = FriendshipID(unixMilliseconds: Timestamp.now.unixMilliseconds)
        let jobs = try FriendJobs(
            request: id, sender: caller.user, receiver: other, actor: caller.user, producer, caller.trace)
        switch try await friends.request(id, from: caller.user, to: other, message: message, enqueuing: jobs) {
        case .pending(let made):
            producer.push(jobs.all, in: made.enqueued)
            return FriendRequestResult(made, isAccepted: false)
        case .accepted(let made):
            producer.push(jobs.all, in: made.enqueued)
            return FriendRequestResult(made, isAccepted: true)
        case .refused(let code): throw DomainError(friendRefusal: code)
        }
    }
}

extension FriendJobs {
    /// The jobs of a request and of its acceptance: the other user is notified, and the first friendship of a user is
    /// reported (S0-79).
    /// - Parameter actor: The user whose command makes the request or the friendship; the other one is notified.
    init(
        request: FriendshipID, sender: UserID, receiver: UserID, actor: UserID, _ producer: Producer, _ trace: String
    ) throws {
        self.init()
        let notified = actor == receiver ? sender : receiver
        if actor == sender {
            requested = [
                try producer.outboxJob(
                    Notify(.friendRequest, to: receiver, by: sender, entity: request.identifier), trace: trace)
            ]
        }
        accepted = [
            try producer.outboxJob(
                Notify(.friendRequestAccepted, to: notified, by: actor, entity: request.identifier), trace: trace)
        ]
        for (user, friend) in [(sender, receiver), (receiver, sender)] {
            first[user] = try producer.outboxJob(ReportFirstFriend(user: user, friend: friend), trace: trace)
        }
    }
}

extension Producer {
    /// Pushes those of the jobs whose rows a statement has inserted.
    func push(_ jobs: [OutboxJob], in inserted: Set<JobID>) {
        for job in jobs where inserted.contains(job.id) { push(job) }
    }
}
