import Chassis
import HTTP

/// How a surface tells its clients what is left of a limit. `Retry-After` comes with every refusal besides.
enum QuotaHeaders: Sendable {
    case none
    /// `X-RateLimit-*`, with the reset as seconds since 1970 (S0-109).
    case epoch
    /// `RateLimit-*`, with the reset as seconds from now (S2-128).
    case delta

    /// Of an answer that took nothing from any bucket of the Social Service.
    static var uncounted: [(name: StaticString, value: String)] {
        let bucket = RateLimit.socialGeneral
        return QuotaHeaders.epoch.headers(
            Quota(isGranted: true, remaining: bucket.limit, milliseconds: 60_000), of: bucket.limit)
    }

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
