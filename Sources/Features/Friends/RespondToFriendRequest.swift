import Chassis
package import Domain
import Jobs
import Storage

/// Accepts or declines a friend request, or cancels the caller's own.
package struct RespondToFriendRequest: Sendable {
    let friends: FriendStore
    let producer: Producer

    /// - Throws: `friend_request_not_found`, also if the sender's account is closed, `already_friends`,
    ///   `friend_limit_reached`, `token_invalid` if the caller's account is closed.
    package func accept(
        _ request: FriendshipID, by caller: Caller
    ) async throws(DomainError) -> FriendRequestResult {
        try await domainErrors {
            // The statement finds the sender, whom the jobs name.
            let provisional = UserID(unixMilliseconds: Timestamp.now.unixMilliseconds)
            let jobs = try FriendJobs(
                request: request, sender: provisional, receiver: caller.user, actor: caller.user, producer,
                caller.trace)
            switch try await friends.accept(request, by: caller.user, from: provisional, enqueuing: jobs) {
            case .accepted(let made), .pending(let made):
                for job in jobs.all where made.enqueued.contains(job.id) {
                    producer.push(job.naming(made.other.identifier, insteadOf: provisional.identifier))
                }
                return FriendRequestResult(made, isAccepted: true)
            case .refused(let code): throw DomainError(friendRefusal: code)
            }
        }
    }

    /// - Throws: `friend_request_not_found`.
    package func decline(_ request: FriendshipID, by caller: Caller) async throws(DomainError) {
        guard try await domainErrors({ try await friends.decline(request, by: caller.user) }) else {
            throw .friendRequestNotFound
        }
    }

    /// - Throws: `friend_request_not_found`.
    package func cancel(_ request: FriendshipID, by caller: Caller) async throws(DomainError) {
        guard try await domainErrors({ try await friends.cancel(request, by: caller.user) }) else {
            throw .friendRequestNotFound
        }
    }
}
