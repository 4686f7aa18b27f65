package import Chassis
package import Domain
import Storage

/// A user whom the caller has blocked.
package struct BlockedUser: Sendable {
    package let user: UserSummary
    package let blockedAt: Timestamp
}

/// Blocks and unblocks users. A block ends the friendship and open requests of both; from
/// then on the two see nothing of each other (`hidden_users`), and a blocked user gets the same answers as a stranger.
package struct BlockUser: Sendable {
    let blocks: BlockStore

    /// Blocking a blocked user succeeds.
    /// - Throws: `cannot_add_yourself`, `user_not_found`, also if the account is closed.
    package func block(_ other: UserID, by caller: Caller) async throws(DomainError) {
        guard other != caller.user else { throw .cannotAddYourself }
        guard try await domainErrors({ try await blocks.block(other, by: caller.user) }) else { throw .userNotFound }
    }

    /// - Throws: `not_blocked`.
    package func unblock(_ other: UserID, by caller: Caller) async throws(DomainError) {
        guard try await domainErrors({ try await blocks.unblock(other, by: caller.user) }) else { throw .notBlocked }
    }

    package func list(_ page: Page, by caller: Caller) async throws(DomainError) -> [BlockedUser] {
        try await domainErrors {
            try await blocks.list(of: caller.user, offset: page.offset, limit: page.limit).map {
                BlockedUser(user: UserSummary($0.user), blockedAt: $0.since)
            }
        }
    }
}
