import Crypto
import Domain
import Redis

/// Delays logins of an account after wrong passwords, whatever surface they come through: from the tenth wrong
/// password in a row on, the next attempt must wait, twice as long each time up to 15 minutes; after a hundred, a day.
/// E-mail addresses are stored as hashes. Without Redis only the limits by address apply.
struct LoginThrottle: Sendable {
    let redis: Redis
    let isOn: Bool

    /// - Throws: `rate_limited`.
    func check(_ email: EmailAddress) async throws(DomainError) {
        guard isOn, let wait = try? await redis.command(["PTTL", RedisArgument(key("login-wait", email))]).integer,
            wait > 0
        else { return }
        throw .rateLimited(retryAfterSeconds: (wait + 999) / 1_000)
    }

    func recordFailure(_ email: EmailAddress) async {
        guard isOn else { return }
        let counter = key("login-failures", email)
        guard let count = try? await redis.command(["INCR", RedisArgument(counter)]).integer else { return }
        redis.send(["EXPIRE", RedisArgument(counter), 86_400])
        let seconds = Self.waitSeconds(after: count)
        guard seconds > 0 else { return }
        redis.send(["SET", RedisArgument(key("login-wait", email)), "1", "EX", RedisArgument(seconds)])
    }

    func reset(_ email: EmailAddress) {
        redis.send(["DEL", RedisArgument(key("login-failures", email)), RedisArgument(key("login-wait", email))])
    }

    /// - Parameter count: Wrong passwords in a row.
    static func waitSeconds(after count: Int) -> Int {
        switch count {
        case ..<10: 0
        case 100...: 86_400
        default: min(900, 1 << min(count - 10, 10))
        }
    }

    private func key(_ name: String, _ email: EmailAddress) -> String {
        redis.key("\(name):\(Hex.encode(SHA256.digest(Array(email.key.utf8).span).span).prefix(32))")
    }
}
