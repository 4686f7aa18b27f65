import Chassis
import Crypto
import HTTP
import Jobs
import MediaStoring
import Postgres
import Redis
import Storage

/// Everything that the requests of one event loop share: its connections, and the features built on them.
///
/// `@unchecked Sendable`: loop-confined, but for what is `Sendable` by itself.
final class LoopContext: @unchecked Sendable {
    let loop: EventLoop
    let log: RequestLog
    let database: Database
    let redis: Redis
    let limiter: RateLimiter
    let authenticator: Authenticator

    let registerAccount: RegisterAccount
    let logIn: LogIn
    let logInWithProvider: LogInWithProvider
    let refreshSession: RefreshSession
    let logOut: LogOut
    let changePassword: ChangePassword
    let requestPasswordReset: RequestPasswordReset
    let resetPassword: ResetPassword
    let verifyEmail: VerifyEmail
    let ownSessions: OwnSessions
    let ownAccount: OwnAccount
    let ownExport: OwnExport
    let administration: Administration
    let uploadAvatar: UploadAvatar
    let readAvatar: ReadAvatar
    let readMediaStatus: ReadMediaStatus

    private let proxies: TrustedProxies
    private let subscription: RedisSubscription

    init(_ connections: LoopConnections, _ shared: SharedContext, ended: EndedSessions) {
        let settings = shared.settings
        loop = connections.loop
        database = connections.database
        redis = connections.redis
        proxies = settings.trustedProxies
        limiter = RateLimiter(redis: redis, mode: settings.limitMode, proxies: settings.trustedProxies)
        authenticator = Authenticator(tokens: settings.accessTokens, ended: ended)
        log = RequestLog(log: settings.chassis.log, authenticator: authenticator)
        let producer = Producer(on: loop, redis: redis)

        let accounts = AccountStore(database)
        let sessions = SessionStore(database)
        let links = AccountLinks(database)
        let passwords = shared.passwords
        let issuer = TokenIssuer(accessTokens: settings.accessTokens, refreshTokens: settings.refreshTokens)
        let failures = FailureBudget(redis: redis, isOn: settings.limitMode == .on)
        registerAccount = RegisterAccount(
            accounts: accounts, passwords: passwords, issuer: issuer, producer: producer)
        logIn = LogIn(
            accounts: accounts, sessions: sessions, passwords: passwords, issuer: issuer, failures: failures,
            producer: producer)
        logInWithProvider = LogInWithProvider(
            providers: shared.providers, identities: ProviderIdentities(database), accounts: accounts, issuer: issuer,
            ended: ended, producer: producer)
        refreshSession = RefreshSession(sessions: sessions, issuer: issuer, ended: ended, loop: loop)
        logOut = LogOut(sessions: sessions, issuer: issuer, ended: ended)
        changePassword = ChangePassword(
            accounts: accounts, sessions: sessions, passwords: passwords, failures: failures, ended: ended,
            producer: producer)
        requestPasswordReset = RequestPasswordReset(links: links, producer: producer, loop: loop)
        resetPassword = ResetPassword(
            accounts: accounts, sessions: sessions, links: links, signer: settings.links, passwords: passwords,
            failures: failures, ended: ended, producer: producer)
        verifyEmail = VerifyEmail(links: links, signer: settings.links, producer: producer)
        ownSessions = OwnSessions(sessions: sessions, ended: ended)
        ownAccount = OwnAccount(accounts: accounts, sessions: sessions, ended: ended, producer: producer)
        ownExport = OwnExport(
            exports: AccountExports(database), producer: producer, blobs: shared.blobs, disk: shared.disk)
        administration = Administration(accounts: accounts, own: ownAccount)

        let media = MediaStore(database)
        let finished = FinishedMedia(on: loop)
        uploadAvatar = UploadAvatar(
            media: media, blobs: shared.blobs, disk: shared.disk, producer: producer, finished: finished,
            maximumBytes: settings.media.maximumImageBytes)
        readAvatar = ReadAvatar(media: media, blobs: shared.blobs, disk: shared.disk)
        readMediaStatus = ReadMediaStatus(media: media)
        subscription = RedisSubscription(
            on: loop, settings: settings.redis, channels: [redis.key(MediaFinished.channel)],
            log: settings.chassis.log,
            // Who missed a message reads the row when two seconds are over.
            onSubscribed: {}, onMessage: { _, message in finished.heard(message) })
    }

    /// The program that a request comes from.
    func client(_ request: Request) -> Client { Client(request, behind: proxies) }

    func start() {
        subscription.start()
    }

    func close() async {
        await subscription.close()
    }
}
