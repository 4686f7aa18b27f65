/// What a token is good for.
package enum TokenType: String, Sendable, CaseIterable {
    /// Opens requests, for minutes.
    case access
    /// Buys a new pair of tokens, for days.
    case refresh
}
