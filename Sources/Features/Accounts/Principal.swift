import Domain

/// Whoever a request comes from, proven by an access token.
struct Principal: Sendable {
    let user: UserID
    let session: SessionID
}
