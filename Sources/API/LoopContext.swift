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
    let askFriend: SendFriendRequest
    let answerFriend: RespondToFriendRequest
    let endFriendship: RemoveFriend
    let listFriends: ListFriends
    let findPeople: FindPeople
    let sendMessage: SendMessage
    let readMessages: ReadMessages
    let ownPresence: OwnPresence
    let ownNotifications: OwnNotifications
    let announcing: Announcing
    let integration: Integration
    let uploadAvatar: UploadAvatar
    let readAvatar: ReadAvatar
    let readMediaStatus: ReadMediaStatus

    private let activity: ActivityNoter
    private let proxies: TrustedProxies
    private let subscription: RedisSubscription

    init(_ connections: LoopConnections, _ shared: SharedContext, ended: RevokedSessions) {
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
        let links = EmailTokenStore(database)
        let passwords = shared.passwords
        let issuer = TokenIssuer(accessTokens: settings.accessTokens, refreshTokens: settings.refreshTokens)
        let failures = LoginThrottle(redis: redis, isOn: settings.limitMode == .on)
        registerAccount = RegisterAccount(
            accounts: accounts, passwords: passwords, issuer: issuer, producer: producer)
        logIn = LogIn(
            accounts: accounts, sessions: sessions, passwords: passwords, issuer: issuer, failures: failures,
            producer: producer)
        logInWithProvider = LogInWithProvider(
            providers: shared.providers, identities: ProviderIdentities(database), accounts: accounts, issuer: issuer,
            ended: ended, producer: producer)
        refreshSession = RefreshSession(sessions: sessions, issuer: issuer, ended: ended, loop: loop)
        changePassword = ChangePassword(
            accounts: accounts, sessions: sessions, passwords: passwords, failures: failures, ended: ended,
            producer: producer)
        requestPasswordReset = RequestPasswordReset(links: links, producer: producer, loop: loop)
        resetPassword = ResetPassword(
            accounts: accounts, sessions: sessions, links: links, signer: settings.links, passwords: passwords,
            failures: failures, ended: ended, producer: producer)
        verifyEmail = VerifyEmail(links: links, signer: settings.links, producer: producer)
        ownSessions = OwnSessions(sessions: sessions, ended: ended)
        let presence = PresenceStore(redis)
        ownAccount = OwnAccount(
            accounts: accounts, sessions: sessions, ended: ended, producer: producer, presence: presence)
        ownExport = OwnExport(
            exports: AccountExports(database), producer: producer, blobs: shared.blobs, disk: shared.disk)
        administration = Administration(accounts: accounts, own: ownAccount)

        let friends = FriendStore(database)
        let blocks = BlockStore(database)
        let messages = MessageStore(database)
        let relations = RelationCache(redis)
        let reader = PresenceReader(store: presence)
        askFriend = SendFriendRequest(friends: friends, producer: producer, relations: relations)
        answerFriend = RespondToFriendRequest(friends: friends, producer: producer, relations: relations)
        endFriendship = RemoveFriend(friends: friends, blocks: blocks, relations: relations)
        let rosters = OnlineFriendsCache(friends, presence, shared.rosterMetrics, on: loop)
        listFriends = ListFriends(friends: friends, blocks: blocks, presence: reader, rosters: rosters)
        findPeople = FindPeople(search: PeopleSearch(database), presence: reader)
        sendMessage = SendMessage(messages: messages, producer: producer)
        readMessages = ReadMessages(messages: messages, presence: reader)
        ownPresence = OwnPresence(
            store: presence, lastSeen: LastSeen(database), times: settings.presenceTimes)
        logOut = LogOut(sessions: sessions, issuer: issuer, ended: ended, presence: ownPresence)
        activity = ActivityNoter(presence, settings.presenceTimes, on: loop)
        let preferences = PreferenceStore(database)
        ownNotifications = OwnNotifications(
            notifications: NotificationStore(database), preferences: preferences,
            subscriptions: PushSubscriptions(database), pushSender: shared.pushSender,
            takesLocalEndpoints: !settings.chassis.isProduction)
        announcing = Announcing(
            notifications: NotificationStore(database), accounts: accounts, producer: producer)
        integration = Integration(
            friends: friends, preferences: preferences, relations: relations, outbox: Outbox(database),
            producer: producer)

        let media = MediaStore(database)
        let finished = MediaCompletion(on: loop)
        uploadAvatar = UploadAvatar(
            media: media, blobs: shared.blobs, disk: shared.disk, producer: producer, finished: finished,
            maximumBytes: settings.media.maximumImageBytes)
        readAvatar = ReadAvatar(media: media, blobs: shared.blobs, disk: shared.disk)
        readMediaStatus = ReadMediaStatus(media: media)
        let changes = redis.key(PresenceStore.channel)
        subscription = RedisSubscription(
            on: loop, settings: settings.redis,
            channels: [redis.key(MediaFinished.channel), changes], log: settings.chassis.log,
            // Who waits for a file and missed a message reads the row when two seconds are over.
            onSubscribed: { rosters.forgetAll() },
            onMessage: { channel, message in
                if channel == changes { rosters.hear(message) } else { finished.heard(message) }
            })
    }

    /// Who a request comes from; it is noted that they do something.
    /// - Throws: ``AccountRefusal/tokenMissing``, ``AccountRefusal/tokenRefused``.
    func principal(of request: Request) throws -> Principal {
        let principal = try authenticator.principal(of: request)
        activity.note(principal)
        return principal
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
