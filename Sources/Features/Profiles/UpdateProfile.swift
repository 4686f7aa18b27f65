import Chassis
package import Domain
import Jobs
import Storage

/// Changes the caller's own profile, or any profile for an administrator.
package struct UpdateProfile: Sendable {
    let profiles: ProfileStore
    let accounts: AccountStore
    let presence: PresenceStore
    let producer: Producer
    let publicPosts: PublicPosts

    /// - Parameter user: Whose profile the client names.
    /// - Throws: `not_yourself`, `profile_not_found` if the account is closed.
    package func callAsFunction(
        _ changes: ProfileChanges, of user: UserID, by caller: Caller
    ) async throws(DomainError) -> UserProfile {
        if user != caller.user {
            let isAdministrator = try await accounts.hasRole([.admin], caller)
            if !isAdministrator { try caller.requireSelf(user.description, field: "id") }
        }
        let profile = try await domainErrors {
            if !changes.isEmpty {
                let event = DomainEvent(.profileUpdated, of: user) { $0.member("userId", user.description) }
                let activity = try producer.newActivity(of: user, trace: caller.trace)
                switch try await profiles.update(user, changes, telling: activity, recording: event) {
                case .written(let told): producer.push(activity, told: told)
                case .notFound: throw DomainError.profileNotFound
                }
                producer.wakePublishers()
                if changes.isPrivate != nil { await publicPosts.renew() }
            }
            return try await profiles.profile(of: user, for: user)
        }
        guard let profile else { throw .profileNotFound }
        // A subscriber that misses the message reads the setting from PostgreSQL with the next page.
        if changes.showsOnlineStatus != nil {
            try? await presence.publishVisibility(of: user, isShown: profile.showsOnlineStatus)
        }
        return UserProfile(profile)
    }
}
