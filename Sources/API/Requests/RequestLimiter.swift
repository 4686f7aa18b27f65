import Chassis
import Domain
import Features
import HTTP

/// Counts requests against the limits of one surface and writes what is left into the response's headers.
struct RequestLimiter: Sendable {
    let limiter: RateLimiter
    let proxies: TrustedProxies
    let headers: QuotaHeaders

    /// Counts a request by its client's address.
    /// - Throws: `rate_limited`.
    func take(_ limit: RateLimit, for request: Request) async throws(DomainError) {
        precondition(limit.key == .address, "\(limit.name) does not count addresses")
        guard limiter.mode != .off else { return }
        try await take(limit, of: proxies.address(of: request).limitKey, for: request)
    }

    /// Counts a request by its user.
    /// - Throws: `rate_limited`.
    func take(_ limit: RateLimit, of user: UserID, for request: Request) async throws(DomainError) {
        precondition(limit.key == .user, "\(limit.name) does not count users")
        guard limiter.mode != .off else { return }
        try await take(limit, of: user.description, for: request)
    }

    /// Counts a request of another service.
    /// - Throws: `rate_limited`.
    func takeForService(_ limit: RateLimit, for request: Request) async throws(DomainError) {
        precondition(limit.key == .service, "\(limit.name) does not count services")
        try await take(limit, of: "token", for: request)
    }

    /// Counts a refused token by its client's address. Requests with valid tokens are not counted and cost nothing.
    /// - Returns: The error to answer with: `rate_limited` after too many refused tokens.
    func refused(_ error: DomainError, for request: Request) async -> DomainError {
        do throws(DomainError) {
            try await take(.refusedTokens, for: request)
            return error
        } catch {
            return error
        }
    }

    private func take(_ limit: RateLimit, of key: String, for request: Request) async throws(DomainError) {
        guard let quota = await limiter.take(limit, of: key) else { return }
        request.responseHeaders += headers.headers(quota, of: limit.limit)
        guard quota.isGranted || limiter.mode == .count else {
            throw .rateLimited(retryAfterSeconds: quota.seconds)
        }
    }
}

extension RateLimit {
    /// Access and refresh tokens that were refused, of all surfaces that have no limit of their own for them.
    static let refusedTokens = RateLimit(name: "refused-tokens", limit: 100, window: .seconds(60), key: .address)
}

/// The headers in which a surface shows what is left of a limit. `Retry-After` comes with every refusal besides.
enum QuotaHeaders: Sendable {
    case none
    /// `X-RateLimit-*`, with the reset as seconds since 1970 (S0-109).
    case epoch
    /// `RateLimit-*`, with the reset as seconds from now (S2-128).
    case delta

    func headers(_ quota: Quota, of limit: Int) -> [(name: StaticString, value: String)] {
        switch self {
        case .none: []
        case .epoch:
            [
                ("X-RateLimit-Limit", "\(limit)"), ("X-RateLimit-Remaining", "\(quota.remaining)"),
                ("X-RateLimit-Reset", "\(Timestamp.now.unixSeconds + quota.seconds)"),
            ]
        case .delta:
            [
                ("RateLimit-Limit", "\(limit)"), ("RateLimit-Remaining", "\(quota.remaining)"),
                ("RateLimit-Reset", "\(quota.seconds)"),
            ]
        }
    }
}
