import Domain
import Synchronization

/// Counts the requests that wait for events, by user: those of one user may not fill a process. For all loops.
final class EventWaitLimit: Sendable {
    static let most = 50
    private let counts = Mutex<[UserID: Int]>([:])

    /// Of all users.
    var total: Int { counts.withLock { $0.values.reduce(0, +) } }

    /// - Throws: `rate_limited` if as many requests of the user wait as may.
    func enter(_ user: UserID) throws(DomainError) {
        let isFree = counts.withLock { counts in
            guard counts[user, default: 0] < Self.most else { return false }
            counts[user, default: 0] += 1
            return true
        }
        guard isFree else { throw .tooManyWaiting }
    }

    func leave(_ user: UserID) {
        counts.withLock { counts in
            let left = counts[user, default: 1] - 1
            counts[user] = left > 0 ? left : nil
        }
    }
}

extension DomainError {
    fileprivate static let tooManyWaiting = DomainError(
        .rateLimited, .rateLimited, "\(EventWaitLimit.most) requests of yours wait for events already",
        retryAfterSeconds: 1)
}
