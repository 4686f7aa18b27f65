import Chassis
package import Domain
import Jobs
import Storage

/// Reads, changes and closes an account. All but ``deactivate(_:)`` concern the caller's own.
package struct ManageAccount: Sendable {
    let accounts: AccountStore
    let sessions: SessionStore
    let revoke: RevokeSessions
    let producer: Producer
    let presence: PresenceStore
    let publicPosts: PublicPosts

    /// - Throws: `account_not_found`.
    package func read(_ user: UserID) async throws(DomainError) -> AccountProfile {
        guard let details = try await domainErrors({ try await accounts.details(of: user) }) else {
            throw .accountNotFound
        }
        return AccountProfile(details)
    }

    /// - Throws: `username_taken`, `account_not_found`, `validation_failed` for an avatar that was never uploaded.
    package func update(_ changes: AccountChanges, by caller: Caller) async throws(DomainError) -> AccountProfile {
        try await domainErrors {
            if changes.avatar == .some(.upload), try await !accounts.hasUploadedAvatar(caller.user) {
                throw DomainError(field: "avatar", reason: "You have no uploaded avatar")
            }
            do {
                guard try await accounts.update(caller.user, changes) else { throw DomainError.accountNotFound }
                if changes.changesCard { await publicPosts.renew() }
            } catch AccountStore.Conflict.usernameTaken {
                throw DomainError.usernameTaken
            }
        }
        let profile = try await read(caller.user)
        // A subscriber that misses the message reads the setting from PostgreSQL with the next page.
        if changes.showsOnlineStatus != nil {
            try? await presence.publishVisibility(of: caller.user, isShown: profile.showsOnlineStatus)
        }
        return profile
    }

    /// Closes an account, unless it is an administrator's or closed already.
    func deactivateUnlessAdministrator(_ user: UserID, by actor: UserID) async throws(DomainError) {
        try await domainErrors {
            guard let open = try await accounts.deactivate(user, exceptAdministrators: true, by: actor) else { return }
            try await end(open, of: user, because: .deactivated)
        }
    }

    /// Closes an account until an administrator activates it again.
    /// - Throws: `account_not_found`.
    package func deactivate(_ user: UserID) async throws(DomainError) {
        try await domainErrors {
            guard let open = try await accounts.deactivate(user) else { throw DomainError.accountNotFound }
            try await end(open, of: user, because: .deactivated)
        }
    }

    /// Hides the account at once; a job deletes its rows and files.
    /// - Throws: `account_not_found`.
    package func delete(by caller: Caller) async throws(DomainError) {
        try await domainErrors {
            let job = try producer.outboxJob(DeleteAccount(account: caller.user), trace: caller.trace)
            guard let open = try await accounts.delete(caller.user, enqueuing: job) else {
                throw DomainError.accountNotFound
            }
            producer.push(job)
            producer.wakePublishers()
            try await end(open, of: caller.user, because: .deleted)
        }
    }

    /// A concurrent login may have committed after the statement's snapshot, so all sessions are ended once more.
    private func end(_ known: [SessionID], of user: UserID, because reason: SessionEnd) async throws {
        await publicPosts.renew()
        await revoke(known, of: user)
        await revoke(try await sessions.endAll(of: user, because: reason), of: user)
    }
}

extension AccountChanges {
    /// Whether lists show something else of the user.
    fileprivate var changesCard: Bool {
        username != nil || firstName != nil || lastName != nil || avatar != nil
    }
}
