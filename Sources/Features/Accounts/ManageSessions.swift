package import Chassis
package import Domain
import Storage

/// A login session as its owner sees it.
package struct Session: Sendable {
    package let id: SessionID
    package let userAgent: String?
    package let ipAddress: String?
    package let createdAt: Timestamp
    package let refreshedAt: Timestamp
    package let expiresAt: Timestamp
    /// Whether the caller uses it.
    package let isCurrent: Bool
}

/// Lists and ends the caller's sessions.
package struct ManageSessions: Sendable {
    let sessions: SessionStore
    let revoke: RevokeSessions

    package func list(by caller: Caller) async throws(DomainError) -> [Session] {
        try await domainErrors {
            try await sessions.open(of: caller.user).map { session in
                Session(
                    id: session.id, userAgent: session.userAgent, ipAddress: session.ipAddress,
                    createdAt: session.createdAt, refreshedAt: session.refreshedAt, expiresAt: session.expiresAt,
                    isCurrent: session.id == caller.session)
            }
        }
    }

    /// - Throws: `session_not_found`, also for a session of another user.
    package func end(_ session: SessionID, by caller: Caller) async throws(DomainError) {
        guard try await domainErrors({ try await sessions.end(session, of: caller.user) }) else {
            throw .sessionNotFound
        }
        await revoke([session], of: caller.user)
    }

    /// Ends all sessions but the caller's.
    /// - Returns: How many sessions ended.
    package func endOthers(by caller: Caller) async throws(DomainError) -> Int {
        let others = try await domainErrors {
            try await sessions.endAll(of: caller.user, keeping: caller.session, because: .ended)
        }
        await revoke(others, of: caller.user)
        return others.count
    }
}
