package import Domain
import Storage

/// Reads what the users did whom the caller follows (S1-92 to S1-94).
package struct ReadActivities: Sendable {
    let activities: ActivityStore
    /// How many one answer has.
    package static let count = 50

    package func callAsFunction(by caller: Caller) async throws(DomainError) -> [UserActivity] {
        try await domainErrors {
            try await activities.feed(of: caller.user, limit: Self.count).map(UserActivity.init)
        }
    }
}
