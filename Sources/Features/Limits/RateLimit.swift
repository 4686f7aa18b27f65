/// So many requests in so long a time, counted together under one name.
struct RateLimit: Sendable {
    /// Whose requests are counted together.
    enum Counted: Sendable {
        /// Those of one address.
        case byAddress
        /// Those of one person.
        case byUser
        /// Those of all other services together: they have one token.
        case byService
    }

    let name: String
    let limit: Int
    let window: Duration
    let counted: Counted
    /// How answers tell how much is left.
    let headers: QuotaHeaders
}
