import Chassis
import Domain
import Jobs
import Storage

/// Asks somebody to become a friend. Who was asked by them before is one at once.
struct SendFriendRequest: Sendable {
    let friends: FriendStore
    let producer: Producer
    let relations: RelationCache

    /// - Throws: ``FriendRefusal``.
    func callAsFunction(
        _ other: UserID, message: String?, by principal: Principal, trace: String
    ) async throws -> FriendRequestResult {
        guard other != principal.user else { throw FriendRefusal.yourself }
        let id = FriendshipID(unixMilliseconds: Timestamp.now.unixMilliseconds)
        let promises = try FriendJobs(
            request: id, asking: principal.user, asked: other, answering: principal.user, producer, trace)
        switch try await friends.request(id, from: principal.user, to: other, message: message, enqueuing: promises) {
        case .pending(let made):
            producer.push(promises.all, in: made.promised)
            return FriendRequestResult(made, isAccepted: false)
        case .accepted(let made):
            producer.push(promises.all, in: made.promised)
            relations.changed([principal.user, other])
            return FriendRequestResult(made, isAccepted: true)
        case let outcome: throw FriendRefusal(outcome)
        }
    }
}
