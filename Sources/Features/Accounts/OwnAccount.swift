import Chassis
import Domain
import Jobs
import Storage

/// What people do with their own account.
struct OwnAccount: Sendable {
    let accounts: AccountStore
    let sessions: SessionStore
    let ended: RevokedSessions
    let producer: Producer
    let presence: PresenceStore

    /// - Throws: ``AccountRefusal/accountUnknown``.
    func read(_ user: UserID) async throws -> AccountDetails {
        guard let details = try await accounts.details(of: user) else { throw AccountRefusal.accountUnknown }
        return details
    }

    /// - Throws: ``AccountRefusal/usernameTaken``, ``AccountRefusal/accountUnknown``.
    func update(_ changes: AccountChanges, by principal: Principal) async throws -> AccountDetails {
        do {
            guard try await accounts.update(principal.user, changes.json) else { throw AccountRefusal.accountUnknown }
        } catch AccountStore.Conflict.usernameTaken {
            throw AccountRefusal.usernameTaken
        }
        let details = try await read(principal.user)
        // Who does not hear of it looks again after a while; what is shown of somebody is asked of PostgreSQL each time.
        if changes.concernsPresence { try? await presence.tell(principal.user, shows: details.showsOnlineStatus) }
        return details
    }

    /// Closes the account until an administrator opens it again.
    func deactivate(_ user: UserID) async throws {
        guard let sessions = try await accounts.deactivate(user) else { throw AccountRefusal.accountUnknown }
        try await end(sessions, of: user, because: .deactivated)
    }

    /// Takes the account away at once; a job removes what was theirs.
    func delete(by principal: Principal, trace: String) async throws {
        let job = try producer.outboxJob(DeleteAccount(account: principal.user), trace: trace)
        guard let sessions = try await accounts.delete(principal.user, enqueuing: job) else {
            throw AccountRefusal.accountUnknown
        }
        producer.push(job)
        try await end(sessions, of: principal.user, because: .deleted)
    }

    /// A login that was under way may have been written behind the statement's back.
    private func end(_ known: [SessionID], of user: UserID, because reason: SessionEnd) async throws {
        ended.insert(known)
        ended.insert(try await sessions.endAll(of: user, because: reason))
    }
}
