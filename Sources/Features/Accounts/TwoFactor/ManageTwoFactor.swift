package import Chassis
import Crypto
package import Domain
import Jobs
import Storage

/// Two-factor login of an account as its owner sees it.
package struct TwoFactorState: Sendable {
    /// Since when logins need a code; nil if they do not.
    package let enabledAt: Timestamp?
    package let recoveryCodeCount: Int
    /// Whether the owner's role cannot be used without it.
    package let isRequired: Bool
}

/// Enables, changes and disables two-factor login. Each change ends the other sessions of the account and is mailed to
/// its owner.
package struct ManageTwoFactor: Sendable {
    let store: TwoFactorStore
    let accounts: AccountStore
    let sessions: SessionStore
    let passwords: Passwords
    let codes: TwoFactorCodes
    let throttle: LoginThrottle
    let revoke: RevokeSessions
    let producer: Producer
    let isNeededByStaff: Bool

    package func read(by caller: Caller) async throws(DomainError) -> TwoFactorState {
        let state = try await state(of: caller)
        return TwoFactorState(
            enabledAt: state.enabledAt, recoveryCodeCount: state.recoveryCodeCount,
            isRequired: isNeededByStaff && state.role != .user)
    }

    /// Makes a secret, which ``confirm(_:by:)`` enables within an hour. It replaces an unconfirmed one.
    /// - Throws: `two_factor_already_enabled`.
    package func begin(by caller: Caller) async throws(DomainError) -> TwoFactorSetup {
        let state = try await state(of: caller)
        let (setup, sealed) = codes.newSecret(of: caller.user, email: state.email)
        let refusal = try await domainErrors { try await store.begin(caller.user, secret: sealed) }
        if let refusal { throw Self.error(refusal) }
        return setup
    }

    /// Enables two-factor login by a code of the new secret, which is spent.
    /// - Returns: The recovery codes, which are shown once.
    /// - Throws: `two_factor_invalid`, `two_factor_not_begun`, `two_factor_already_enabled`.
    package func confirm(_ code: String, by caller: Caller) async throws(DomainError) -> [String] {
        let state = try await state(of: caller)
        guard state.enabledAt == nil else { throw .twoFactorAlreadyEnabled }
        guard let stored = state.stored else { throw .twoFactorNotBegun }
        let factor = try codes.oneTimePassword(code, stored, of: caller.user)
        let (texts, hashes) = codes.newRecoveryCodes()
        try await change(caller.user, .enabled, keeping: caller.session, caller) { notice in
            try await store.confirm(
                caller.user, with: factor, codes: hashes, keeping: caller.session, enqueuing: notice)
        }
        return texts
    }

    /// Disables two-factor login.
    /// - Parameters:
    ///   - password: May be missing if the account has none.
    ///   - code: A one-time password or a recovery code.
    /// - Throws: `two_factor_not_enabled`, `wrong_credentials`, `two_factor_required`, `two_factor_invalid`,
    ///   `rate_limited`.
    package func disable(password: String?, code: String?, by caller: Caller) async throws(DomainError) {
        try await attempt(caller) { found in
            if let hash = found.passwordHash {
                let verdict = try await passwords.verify(password ?? "", against: hash, for: caller.client.source)
                guard verdict != .wrong else { throw DomainError.wrongCredentials }
            }
            guard let factor = try codes.secondFactor(code, of: found) else { throw DomainError.twoFactorNotEnabled }
            try await change(caller.user, .disabled, keeping: caller.session, caller) { notice in
                try await store.disable(
                    caller.user, with: factor, keeping: caller.session, enqueuing: notice)
            }
        }
    }

    /// Replaces the recovery codes.
    /// - Parameter code: A one-time password or a recovery code.
    /// - Returns: The new ones, which are shown once.
    /// - Throws: `two_factor_not_enabled`, `two_factor_required`, `two_factor_invalid`, `rate_limited`.
    package func renewRecoveryCodes(code: String?, by caller: Caller) async throws(DomainError) -> [String] {
        let (texts, hashes) = codes.newRecoveryCodes()
        try await attempt(caller) { found in
            guard let factor = try codes.secondFactor(code, of: found) else { throw DomainError.twoFactorNotEnabled }
            try await change(caller.user, .recoveryCodes, keeping: caller.session, caller) { notice in
                try await store.renewRecoveryCodes(
                    caller.user, with: factor, codes: hashes, keeping: caller.session, enqueuing: notice)
            }
        }
        return texts
    }

    /// Removes a second factor without a code. Its caller has checked who asks.
    /// - Throws: `account_not_found`, `administrator_protected`, `two_factor_not_enabled`.
    func reset(_ user: UserID, by caller: Caller) async throws(DomainError) {
        try await domainErrors {
            try await change(user, .reset, keeping: nil, caller) { notice in
                try await store.reset(user, by: caller.user, enqueuing: notice)
            }
        }
    }

    // MARK: Pieces

    private func state(of caller: Caller) async throws(DomainError) -> TwoFactorStore.State {
        guard let state = try await domainErrors({ try await store.read(caller.user) }) else { throw .tokenInvalid }
        return state
    }

    /// Runs a change that needs a code. Wrong passwords and codes count in the session's budget, as those of a login
    /// do in the budget of its source.
    private func attempt(
        _ caller: Caller, _ change: (AccountStore.Credentials) async throws -> Void
    ) async throws(DomainError) {
        try await domainErrors {
            guard let found = try await accounts.credentials(of: caller.user) else { throw DomainError.tokenInvalid }
            let email = try EmailAddress(existing: found.account.email)
            let attempt = try await throttle.begin(email, from: .session(caller.session))
            do {
                try await change(found)
                await throttle.succeed(attempt)
            } catch let error as DomainError where [.wrongCredentials, .twoFactorInvalid].contains(error.code) {
                throw error
            } catch {
                await throttle.cancel(attempt)
                throw error
            }
        }
    }

    /// Writes a change, and ends what depended on the earlier state.
    private func change(
        _ user: UserID, _ what: SendTwoFactorChanged.Change, keeping session: SessionID?, _ caller: Caller,
        _ write: (OutboxJob) async throws -> TwoFactorStore.Change
    ) async throws(DomainError) {
        try await domainErrors {
            let notice = try producer.outboxJob(SendTwoFactorChanged(account: user, change: what), trace: caller.trace)
            switch try await write(notice) {
            case .refused(let code): throw Self.error(code)
            case .changed(let ended, let isEnqueued):
                if isEnqueued { producer.push(notice) }
                await revoke(ended, of: user)
                // A concurrent login may have committed after the statement's snapshot.
                await revoke(try await sessions.endAll(of: user, keeping: session, because: .password), of: user)
            }
        }
    }

    private static func error(_ code: DomainError.Code) -> DomainError {
        switch code {
        case .twoFactorAlreadyEnabled: .twoFactorAlreadyEnabled
        case .twoFactorNotBegun: .twoFactorNotBegun
        case .twoFactorNotEnabled: .twoFactorNotEnabled
        case .twoFactorInvalid: .twoFactorInvalid
        case .administratorProtected:
            DomainError(
                .administratorProtected, .forbidden, "The second factor of an administrator is reset by an operator")
        case .accountNotFound: .accountNotFound
        default: .internalFault(cause: "an SQL function refused with \(code.rawValue)")
        }
    }
}
