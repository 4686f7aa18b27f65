import Domain
import Features
import HTTP

/// The client of an HTTP request.
struct RequestClient: Client {
    let request: Request
    let proxies: TrustedProxies

    var address: String { proxies.address(of: request).text }
    var source: String { proxies.address(of: request).limitKey }
    var deviceToken: String? { request.head.header("x-device-token") }
    var userAgent: String? { request.head.header("user-agent").map { String($0.prefix(512)) } }
    var language: Language { Language(accepting: request.head.header("accept-language")) }
    var trace: String { request.id.description }
}

/// What every surface does with a request before it calls a use case: it authenticates the caller, counts limits and
/// logs. One for each event loop.
struct RequestContext: Sendable {
    private let authenticator: Authenticator
    private let activity: ActivityRecorder
    private let limiter: RateLimiter
    private let proxies: TrustedProxies
    let log: RequestLog

    init(
        _ authenticator: Authenticator, _ activity: ActivityRecorder, _ limiter: RateLimiter,
        _ proxies: TrustedProxies, _ log: RequestLog
    ) {
        self.authenticator = authenticator
        self.activity = activity
        self.limiter = limiter
        self.proxies = proxies
        self.log = log
    }

    /// Returns the authenticated caller of a request.
    /// - Parameter isActivity: Whether the request extends the caller's presence; a heartbeat does so itself.
    /// - Throws: `token_missing`, `token_invalid`.
    func caller(of request: Request, isActivity: Bool = true) throws(DomainError) -> Caller {
        let principal = try authenticator.principal(of: request)
        if isActivity { activity.record(principal) }
        return Caller(principal, client(of: request))
    }

    /// Returns who reads, for a route that needs no token: nil without one. A token that is sent must be valid.
    /// - Throws: `token_invalid`, `rate_limited`.
    func viewer(of request: Request, _ limits: RequestLimiter) async throws(DomainError) -> UserID? {
        guard request.head.header("authorization") != nil else { return nil }
        return try await caller(of: request, limits).user
    }

    /// Returns who reads a file, for which its address is enough: nil also for a token that is no longer valid, which a
    /// player would go on sending.
    func possibleViewer(of request: Request) -> UserID? {
        guard request.head.header("authorization") != nil else { return nil }
        return try? caller(of: request).user
    }

    /// Returns the authenticated caller of a request; a refused token is counted by the client's address.
    /// - Throws: `token_missing`, `token_invalid`, `rate_limited`.
    func caller(of request: Request, _ limits: RequestLimiter) async throws(DomainError) -> Caller {
        do throws(DomainError) {
            return try caller(of: request)
        } catch {
            throw await limits.refused(error, for: request)
        }
    }

    /// Exchanges a refresh token. The header `Idempotency-Key` names the exchange; a refused token is counted by the
    /// client's address.
    /// - Throws: `refresh_token_invalid`, `validation_failed`, `rate_limited`.
    func refresh(
        _ token: String, _ accounts: AccountFeature, _ request: Request, _ limits: RequestLimiter
    ) async throws(DomainError) -> (account: Account, tokens: IssuedTokens) {
        do throws(DomainError) {
            return try await accounts.refresh(
                token, idempotencyKey: request.head.header("idempotency-key"), client: client(of: request))
        } catch {
            throw error.code == .refreshTokenInvalid ? await limits.refused(error, for: request) : error
        }
    }

    /// Ends the session of a refresh token; a refused one is counted by the client's address.
    /// - Throws: `refresh_token_invalid`, `rate_limited`.
    func logOut(
        _ token: String, _ accounts: AccountFeature, _ request: Request, _ limits: RequestLimiter
    ) async throws(DomainError) {
        do throws(DomainError) {
            try await accounts.logOut(token)
        } catch {
            throw error.code == .refreshTokenInvalid ? await limits.refused(error, for: request) : error
        }
    }

    func client(of request: Request) -> RequestClient { RequestClient(request: request, proxies: proxies) }

    /// Returns a limiter that writes the quota in a surface's headers.
    func limits(_ headers: QuotaHeaders) -> RequestLimiter {
        RequestLimiter(limiter: limiter, proxies: proxies, headers: headers)
    }
}

extension Authenticator {
    /// Returns the principal of a request's bearer token (RFC 6750).
    /// - Throws: `token_missing`, `token_invalid`.
    func principal(of request: Request) throws(DomainError) -> Principal {
        guard let header = request.head.header("authorization"), header.prefix(7).lowercased() == "bearer " else {
            throw .tokenMissing
        }
        return try principal(accessToken: String(header.dropFirst("bearer ".count).drop { $0 == " " }))
    }
}
