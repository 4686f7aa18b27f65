import Chassis
import Crypto
import Domain
import Redis
import Storage

/// Limits the wrong passwords of an account over all surfaces. After ten in a row each further attempt must wait:
/// a second, then twice as long each time, up to fifteen minutes.
///
/// An attempt is counted before its password is hashed, in one step with the check, so that parallel guesses do not
/// pass together; the right password clears the count. Sources from which the account was used have a budget each
/// (``LoginSource``), and all others share one: guesses from elsewhere never delay the owner. E-mail addresses and
/// sources are stored as hashes.
///
/// Without Redis the loop counts in its own memory. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class LoginThrottle: @unchecked Sendable {
    /// A counted attempt.
    struct Attempt: Sendable {
        fileprivate let key: String
        /// Until when further attempts must wait because of it, as ``begin`` stored it.
        fileprivate let waitEnd: Int
        fileprivate let isLocal: Bool
        /// With limits that are off nothing was counted.
        fileprivate static let uncounted = Attempt(key: "", waitEnd: 0, isLocal: true)
    }

    /// How many attempts in a row need not wait.
    static let freeAttempts = 10
    static let longestWait = Duration.seconds(900)
    /// A count is forgotten after this time without an attempt.
    static let memory = Duration.seconds(86_400)

    private let redis: Redis
    private let isOn: Bool
    private let clock: (@Sendable () -> Int)?
    private var local = LocalCounters()

    /// - Parameter clock: Milliseconds since 1970; nil for Redis' own clock, which all processes share.
    init(redis: Redis, isOn: Bool, clock: (@Sendable () -> Int)? = nil) {
        self.redis = redis
        self.isOn = isOn
        self.clock = clock
    }

    /// Counts an attempt as failed until ``succeed(_:)`` or ``cancel(_:)``.
    /// - Throws: `rate_limited`; then nothing was counted.
    func begin(_ email: EmailAddress, from source: LoginSource) async throws(DomainError) -> Attempt {
        guard isOn else { return .uncounted }
        let key = key(email, source)
        let answer = try? await redis.run(
            Self.begin, keys: [RedisArgument(key)],
            arguments: [
                RedisArgument(Self.freeAttempts), RedisArgument(Int(Self.longestWait.nanoseconds / 1_000_000)),
                RedisArgument(Int(Self.memory.nanoseconds / 1_000_000)), RedisArgument(clock.map { "\($0())" } ?? ""),
            ])
        guard let parts = answer?.array, parts.count == 2, let isCounted = parts[0].integer,
            let time = parts[1].integer
        else { return try beginLocally(key) }
        guard isCounted == 1 else { throw .rateLimited(retryAfterSeconds: (time + 999) / 1_000) }
        return Attempt(key: key, waitEnd: time, isLocal: false)
    }

    private func beginLocally(_ key: String) throws(DomainError) -> Attempt {
        let window = Int(Self.longestWait.nanoseconds / 1_000_000)
        let quota = local.take(key, limit: Self.freeAttempts, windowMilliseconds: window)
        guard quota.isGranted else { throw .rateLimited(retryAfterSeconds: quota.seconds) }
        return Attempt(key: key, waitEnd: 0, isLocal: true)
    }

    /// Clears the count of the attempt's source: its password was right.
    func succeed(_ attempt: Attempt) async {
        if attempt.isLocal {
            local.remove(attempt.key)
        } else {
            _ = try? await redis.command(["DEL", RedisArgument(attempt.key)])
        }
    }

    /// Gives one count back: the password was not compared.
    func cancel(_ attempt: Attempt) async {
        if attempt.isLocal {
            local.giveBack(attempt.key)
        } else {
            _ = try? await redis.run(
                Self.cancel, keys: [RedisArgument(attempt.key)], arguments: [RedisArgument(attempt.waitEnd)])
        }
    }

    /// Clears the counts of some sources: the owner of the mailbox need not wait for the wrong guesses of others.
    func clear(_ email: EmailAddress, _ sources: [LoginSource]) async {
        guard isOn else { return }
        let keys = sources.map { key(email, $0) }
        for key in keys { local.remove(key) }
        _ = try? await redis.command(["DEL"] + keys.map { RedisArgument($0) })
    }

    private func key(_ email: EmailAddress, _ source: LoginSource) -> String {
        let hash = { (text: String) in Hex.encode(SHA256.digest(Array(text.utf8).span).span).prefix(32) }
        return redis.key("login-attempts:\(hash(email.key)):\(hash(source.text))")
    }

    /// KEYS 1 hash of `count` and `wait`, the time until which attempts must wait · ARGV 1 free attempts, 2 longest
    /// wait and 3 memory in milliseconds, 4 the time, or nothing for that of Redis
    /// Returns {1, the new end of the wait}, or {0, milliseconds until the end of the wait}
    private static let begin = RedisScript(
        name: "begin-login",
        source: """
            local now = tonumber(ARGV[4])
            if not now then
              local time = redis.call('TIME')
              now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
            end
            local state = redis.call('HMGET', KEYS[1], 'count', 'wait')
            local count, wait = tonumber(state[1]) or 0, tonumber(state[2]) or 0
            if wait > now then return {0, wait - now} end
            count = count + 1
            wait = 0
            local over = count - tonumber(ARGV[1])
            if over >= 0 then wait = now + math.min(1000 * 2 ^ math.min(over, 30), tonumber(ARGV[2])) end
            redis.call('HSET', KEYS[1], 'count', count, 'wait', string.format('%.0f', wait))
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            return {1, wait}
            """)

    /// KEYS 1 as above · ARGV 1 the end of the wait that the attempt caused
    private static let cancel = RedisScript(
        name: "cancel-login",
        source: """
            local state = redis.call('HMGET', KEYS[1], 'count', 'wait')
            local count = tonumber(state[1])
            if not count then return 0 end
            if count <= 1 then return redis.call('DEL', KEYS[1]) end
            redis.call('HSET', KEYS[1], 'count', count - 1)
            if tonumber(state[2]) == tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'wait', 0) end
            return 1
            """)
}

/// Where an attempt with a password comes from, as far as the account knows it. Each known source has a budget of
/// attempts of its own.
enum LoginSource: Equatable, Sendable {
    /// A device that an earlier login recognised.
    case device(String)
    /// An address from which the account was logged into during the last thirty days.
    case address(String)
    /// The session of a user who is logged in.
    case session(SessionID)
    /// Any other: all of them share one budget.
    case unknown

    /// The source of a client that logs in to an account.
    init(of client: any Client, _ found: AccountStore.Credentials, _ devices: DeviceTokens) {
        if let device = devices.device(of: client, user: found.account.id, passwordHash: found.passwordHash, at: .now) {
            self = .device(device)
        } else {
            self = found.isKnownSource ? .address(client.source) : .unknown
        }
    }

    fileprivate var text: String {
        switch self {
        case .device(let id): "device \(id)"
        case .address(let address): "address \(address)"
        case .session(let id): "session \(id)"
        case .unknown: "unknown"
        }
    }
}
