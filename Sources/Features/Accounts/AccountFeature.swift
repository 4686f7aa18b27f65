import Jobs
import Storage

/// The use cases of accounts and sessions, of one event loop.
package struct AccountFeature: Sendable {
    package let authenticator: Authenticator
    package let register: RegisterAccount
    package let logIn: LogIn
    package let logInWithProvider: LogInWithProvider
    package let refresh: RefreshSession
    package let logOut: LogOut
    package let changePassword: ChangePassword
    package let resetPassword: ResetPassword
    package let verifyEmail: VerifyEmail
    package let sessions: ManageSessions
    package let account: ManageAccount
    package let export: ExportAccountData
    package let administration: AdministerAccounts
    package let twoFactor: ManageTwoFactor

    package init(_ environment: FeatureEnvironment, presence: PresenceFeature) {
        let shared = environment.shared
        let (issuer, passwords) = (shared.tokens, shared.passwords)
        let (revoked, producer) = (environment.revoked, environment.producer)
        let revoke = RevokeSessions(
            revoked: revoked, presence: presence.store, lastSeen: LastSeen(environment.database))
        let accounts = AccountStore(environment.database)
        let sessions = SessionStore(environment.database)
        let emailTokens = EmailTokenStore(environment.database)
        let throttle = LoginThrottle(redis: environment.redis, isOn: shared.settings.limitMode == .on)
        authenticator = Authenticator(tokens: issuer.accessTokens, revoked: revoked)
        register = RegisterAccount(accounts: accounts, passwords: passwords, issuer: issuer, producer: producer)
        logIn = LogIn(
            accounts: accounts, sessions: sessions, passwords: passwords, issuer: issuer, throttle: throttle,
            codes: shared.twoFactorCodes, producer: producer)
        logInWithProvider = LogInWithProvider(
            providers: shared.providers, identities: ProviderIdentities(environment.database), accounts: accounts,
            issuer: issuer, throttle: throttle, codes: shared.twoFactorCodes, revoke: revoke, producer: producer)
        refresh = RefreshSession(sessions: sessions, issuer: issuer, revoke: revoke, producer: producer)
        logOut = LogOut(sessions: sessions, issuer: issuer, revoke: revoke, presence: presence.update)
        changePassword = ChangePassword(
            accounts: accounts, sessions: sessions, passwords: passwords, issuer: issuer, throttle: throttle,
            revoke: revoke, producer: producer)
        resetPassword = ResetPassword(
            accounts: accounts, sessions: sessions, emailTokens: emailTokens, signer: shared.emailTokens,
            passwords: passwords, issuer: issuer, throttle: throttle, revoke: revoke, producer: producer,
            loop: environment.loop)
        verifyEmail = VerifyEmail(emailTokens: emailTokens, signer: shared.emailTokens, producer: producer)
        self.sessions = ManageSessions(sessions: sessions, revoke: revoke)
        account = ManageAccount(
            accounts: accounts, sessions: sessions, revoke: revoke, producer: producer, presence: presence.store,
            publicPosts: environment.publicPosts)
        export = ExportAccountData(
            exports: AccountExports(environment.database), producer: producer, blobs: shared.blobs,
            disk: shared.disk)
        twoFactor = ManageTwoFactor(
            store: TwoFactorStore(environment.database), accounts: accounts, sessions: sessions, passwords: passwords,
            codes: shared.twoFactorCodes, throttle: throttle, revoke: revoke, producer: producer,
            isNeededByStaff: shared.settings.needsTwoFactorOfStaff)
        administration = AdministerAccounts(accounts: accounts, account: account, twoFactor: twoFactor)
    }
}
