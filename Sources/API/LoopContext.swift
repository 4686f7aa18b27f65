import Chassis
import Crypto
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
    let refreshSession: RefreshSession
    let logOut: LogOut
    let changePassword: ChangePassword
    let uploadAvatar: UploadAvatar
    let readAvatar: ReadAvatar
    let readMediaStatus: ReadMediaStatus

    private let subscription: RedisSubscription

    init(_ connections: LoopConnections, _ shared: SharedContext, ended: EndedSessions) {
        let settings = shared.settings
        loop = connections.loop
        database = connections.database
        redis = connections.redis
        limiter = RateLimiter(redis: redis, isOn: settings.isRateLimited)
        authenticator = Authenticator(tokens: settings.accessTokens, ended: ended)
        log = RequestLog(log: settings.chassis.log, authenticator: authenticator)
        let accounts = AccountStore(database)
        let sessions = SessionStore(database)
        let media = MediaStore(database)
        let producer = Producer(on: loop, redis: redis)
        let issuer = TokenIssuer(accessTokens: settings.accessTokens, refreshTokens: settings.refreshTokens)
        let failures = FailureBudget(redis: redis, isOn: settings.isRateLimited)
        let finished = FinishedMedia(on: loop)
        registerAccount = RegisterAccount(
            accounts: accounts, passwords: shared.passwords, issuer: issuer, producer: producer)
        logIn = LogIn(
            accounts: accounts, sessions: sessions, passwords: shared.passwords, issuer: issuer, failures: failures)
        refreshSession = RefreshSession(sessions: sessions, issuer: issuer, ended: ended)
        logOut = LogOut(sessions: sessions, issuer: issuer, ended: ended)
        changePassword = ChangePassword(
            accounts: accounts, sessions: sessions, passwords: shared.passwords, failures: failures, ended: ended)
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

    func start() {
        subscription.start()
    }

    func close() async {
        await subscription.close()
    }
}
