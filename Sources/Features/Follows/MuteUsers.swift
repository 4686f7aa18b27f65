package import Chassis
package import Domain
import Jobs
import Storage

/// A user whom the caller mutes.
package struct MutedUser: Sendable {
    package let user: ListedAuthor
    package let mutedAt: Timestamp
}

/// Mutes users: what they publish is not in the caller's feeds, and what they do creates no notification for the
/// caller. The muted user never learns of it, and nothing else changes.
package struct MuteUsers: Sendable {
    let mutes: MuteStore
    let producer: Producer
    let timelines: TimelineStore
    let loop: EventLoop
    /// How long the answer waits for Redis.
    private static let longestWait = Duration.milliseconds(100)

    /// A user who blocks the caller is muted as any other, so that the answer does not tell of the block.
    /// - Throws: `cannot_mute_yourself`, `user_not_found`, `user_blocked` by the caller, `user_already_muted`.
    package func mute(_ other: UserID, by caller: Caller) async throws(DomainError) {
        guard other != caller.user else { throw .cannotMuteYourself }
        guard let refusal = try await domainErrors({ try await mutes.mute(other, by: caller.user) }) else { return }
        throw DomainError(muteRefusal: refusal)
    }

    /// - Throws: `user_not_muted`.
    package func unmute(_ other: UserID, by caller: Caller) async throws(DomainError) {
        let (isEnqueued, drop) = try await domainErrors {
            let drop = try producer.outboxJob(DropTimelines(of: caller.user), trace: caller.trace)
            return (try await mutes.unmute(other, by: caller.user, enqueuing: drop), drop)
        }
        guard let isEnqueued else { throw .userNotMuted }
        guard isEnqueued else { return }
        producer.push(drop)
        // So that the next read has what the other user published; the job is for a process that dies here.
        await loop.first(within: Self.longestWait) { [timelines] in try? await timelines.drop(of: caller.user) }
    }

    /// Returns a page, the last mute first, and the last id if there are more.
    /// - Parameter last: The last id of the page before; nil for the first page.
    package func list(
        after last: MuteID?, limit: Int, by caller: Caller
    ) async throws(DomainError) -> (users: [MutedUser], next: MuteID?) {
        try await domainErrors {
            let page = try await mutes.page(of: caller.user, after: last, limit: limit + 1)
            return (
                page.prefix(limit).map { MutedUser(user: ListedAuthor($0.user), mutedAt: $0.createdAt) },
                page.count > limit ? page[limit - 1].id : nil
            )
        }
    }
}

extension DomainError {
    fileprivate static let cannotMuteYourself = DomainError(.cannotMuteYourself, .invalid, "You cannot mute yourself")
    fileprivate static let userNotMuted = DomainError(.userNotMuted, .conflict, "You do not mute this user")

    /// The refusal that the SQL function decides.
    fileprivate init(muteRefusal code: Code) {
        switch code {
        case .userAlreadyMuted: self = DomainError(.userAlreadyMuted, .conflict, "You mute this user already")
        default: self.init(followRefusal: code)
        }
    }
}
