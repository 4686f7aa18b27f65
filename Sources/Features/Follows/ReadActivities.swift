import Chassis
package import Domain
import Jobs
import Postgres
import Storage

extension ActivityStore: TimelineSource {
    static var kind: TimelineKind { .activities }

    static var isPulled: Bool { false }

    func visible(
        among activities: [Identifier], before last: Identifier?, from oldest: Identifier?, to reader: UserID,
        limit: Int
    ) async throws(PostgresError) -> [Activity] {
        try await visible(among: activities, to: reader, limit: limit)
    }
}

/// Reads what the users did whom the caller follows (S1-92 to S1-94).
package struct ReadActivities: Sendable {
    let timeline: Timeline<ActivityStore>
    /// How many one page has unless the client wants another number.
    package static let pageSize = 50
    /// The most that one page has.
    package static let longestPage = 100

    /// Returns a page, the newest first, and the last id if there are more.
    /// - Parameter last: The last id of the page before; nil for the newest page.
    package func callAsFunction(
        by caller: Caller, after last: ActivityID? = nil, limit: Int = pageSize
    ) async throws(DomainError) -> (activities: [UserActivity], next: ActivityID?) {
        try await domainErrors {
            let page = try await timeline.page(of: caller.user, before: last?.identifier, limit: limit + 1)
            return (page.prefix(limit).map(UserActivity.init), page.count > limit ? page[limit - 1].id : nil)
        }
    }
}

extension Producer {
    /// Returns an activity of a user, for the statement that records it, with the job that tells the user's followers.
    func newActivity(of user: UserID, trace: String?) throws -> NewActivity {
        let provisional = ActivityID(unixMilliseconds: Timestamp.now.unixMilliseconds)
        return NewActivity(
            provisionalID: provisional,
            push: try outboxJob(
                PushToTimelines(.activities, by: user, entry: provisional.identifier), trace: trace))
    }

    /// Pushes the job of an activity that is committed.
    /// - Parameter told: Its id; nil if the job was not enqueued.
    func push(_ activity: NewActivity, told: ActivityID?) {
        guard let told else { return }
        push(activity.push.naming(told.identifier, insteadOf: activity.provisionalID.identifier))
    }
}
