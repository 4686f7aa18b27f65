import Domain
import Jobs
import Storage

/// Says yes or no to a request, or takes one's own back.
struct RespondToFriendRequest: Sendable {
    let friends: FriendStore
    let producer: Producer
    let relations: RelationCache

    /// - Throws: ``FriendRefusal``.
    func accept(_ request: FriendshipID, by principal: Principal, trace: String) async throws -> FriendRequestResult {
        // Who asked is needed for the promises; that nothing has changed meanwhile, the statement sees to.
        let asking = try await friends.sender(of: request, to: principal.user) ?? principal.user
        let promises = try FriendJobs(
            request: request, asking: asking, asked: principal.user, answering: principal.user, producer, trace)
        guard case .accepted(let made) = try await answer(request, principal, promises) else {
            throw FriendRefusal.requestUnknown
        }
        producer.push(promises.all, in: made.promised)
        relations.changed([principal.user, made.other])
        return FriendRequestResult(made, isAccepted: true)
    }

    private func answer(
        _ request: FriendshipID, _ principal: Principal, _ promises: FriendJobs
    ) async throws -> FriendOutcome {
        let outcome = try await friends.accept(request, by: principal.user, enqueuing: promises)
        switch outcome {
        case .accepted: return outcome
        default: throw FriendRefusal(outcome)
        }
    }

    /// - Throws: ``FriendRefusal/requestUnknown``.
    func decline(_ request: FriendshipID, by principal: Principal) async throws {
        guard try await friends.decline(request, by: principal.user) else { throw FriendRefusal.requestUnknown }
    }

    /// - Throws: ``FriendRefusal/requestUnknown``.
    func cancel(_ request: FriendshipID, by principal: Principal) async throws {
        guard try await friends.cancel(request, by: principal.user) else { throw FriendRefusal.requestUnknown }
    }
}
