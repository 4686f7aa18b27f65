import Crypto
import Domain
import Synchronization

/// Access tokens whose signatures were verified: a client sends one token with hundreds of requests, and its signature
/// does not change. What may change, its expiry and the revocation of its session, is asked at each use.
final class VerifiedTokens: Sendable {
    private struct Entry {
        let principal: Principal
        /// In seconds since 1970: the first at which the token is invalid.
        let expiresAt: Int
    }

    /// A token has some 430 bytes, so that this takes 2 MB at most.
    private static let capacity = 4_096

    private let entries = Mutex<[String: Entry]>([:])

    /// - Parameter now: In seconds since 1970.
    /// - Returns: Nil for a token that is expired, or was not verified here.
    func principal(of token: String, now: Int) -> Principal? {
        guard let entry = entries.withLock({ $0[token] }), now < entry.expiresAt else { return nil }
        return entry.principal
    }

    /// Begins anew when it is full: those that are in use come back with their next request.
    func insert(_ token: String, _ principal: Principal, expiresAt: Int) {
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries.removeAll(keepingCapacity: true) }
            entries[token] = Entry(principal: principal, expiresAt: expiresAt)
        }
    }
}
