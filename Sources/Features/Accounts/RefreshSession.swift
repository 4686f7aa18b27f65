import Chassis
import Crypto
package import Domain
import Jobs
import Storage

/// Exchanges a refresh token for a new pair.
///
/// A client that may lose the answer sends an Idempotency-Key: for a minute the same token and key get the same pair.
/// It is computed again from token and key, so that no process has to store it. Without a key, the token that was just
/// exchanged is refused and its session goes on (``SessionStore/grace``): another window of the client has the new
/// pair. Any later use revokes the session, because either its owner or a thief holds the other copy, and is mailed to
/// the owner.
package struct RefreshSession: Sendable {
    let sessions: SessionStore
    let issuer: TokenIssuer
    let revoke: RevokeSessions
    let producer: Producer

    /// - Parameter idempotencyKey: The client's name for this exchange.
    /// - Throws: `refresh_token_invalid`, `validation_failed` for a malformed key.
    package func callAsFunction(
        _ token: String, idempotencyKey: String? = nil, client: any Client
    ) async throws(DomainError) -> (account: Account, tokens: IssuedTokens) {
        let key = try idempotencyKey.map { text throws(DomainError) in try IdempotencyKey(text) }
        let now = Timestamp.now
        let holder = try issuer.readRefresh(token, at: now)
        let next = NextTokens(after: token, key)
        let tokens = issuer.issue(for: holder.user, in: holder.session, at: now, ids: next.ids)
        let rotation = try await domainErrors {
            try await sessions.rotate(
                TokenExchange(
                    of: holder.session, presented: TokenIssuer.hash(token), next: TokenIssuer.hash(tokens.refresh),
                    expiresAt: TokenIssuer.refreshExpiry(from: now), issuedAt: now.unixSeconds, answer: next.answer),
                notifying: {
                    try producer.outboxJob(
                        SendTokenReuseNotice(account: holder.user, session: holder.session), trace: client.trace)
                })
        }
        switch rotation {
        case .rotated(let account): return (account, tokens)
        case .repeated(let account, let issuedAt):
            return (
                account,
                issuer.issue(
                    for: holder.user, in: holder.session, at: Timestamp(unixSeconds: issuedAt), ids: next.ids)
            )
        case .reused(let enqueued):
            if let enqueued { producer.push(enqueued) }
            await revoke([holder.session], of: holder.user)
            throw .refreshTokenInvalid
        case .refused: throw .refreshTokenInvalid
        }
    }
}

/// What the tokens after a refresh token are computed from. With a key it depends on token and key alone, so that every
/// process issues the same tokens for them.
private struct NextTokens {
    /// The ids of the access and the refresh token.
    let ids: (access: Identifier, refresh: Identifier)?
    /// What is stored of token and key.
    let answer: [UInt8]?

    init(after token: String, _ key: IdempotencyKey?) {
        guard let key else {
            ids = nil
            answer = nil
            return
        }
        answer = Self.hash("answer", token, key)
        let digest = Self.hash("token ids", token, key)
        ids = (Self.identifier(digest[..<16]), Self.identifier(digest[16...]))
    }

    private static func hash(_ purpose: String, _ token: String, _ key: IdempotencyKey) -> [UInt8] {
        // No line feed is in a token or a key.
        SHA256.digest(Array("\(purpose)\n\(token)\n\(key.text)".utf8).span)
    }

    private static func identifier(_ bytes: ArraySlice<UInt8>) -> Identifier {
        let number = { (part: ArraySlice<UInt8>) in part.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        return Identifier(high: number(bytes.prefix(8)), low: number(bytes.suffix(8)))
    }
}
