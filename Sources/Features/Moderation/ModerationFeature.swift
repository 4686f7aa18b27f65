import Jobs
import Storage

/// The use cases of reports and moderation, of one event loop.
package struct ModerationFeature: Sendable {
    package let report: ReportContent
    package let cases: ReviewCases
    package let act: ActOnCases
    package let appeals: HandleAppeals
    package let audit: ReadAudit

    package init(_ environment: FeatureEnvironment, presence: PresenceFeature, posts: PostFeature) {
        let producer = environment.producer
        let cases = CaseStore(environment.database)
        let actions = ActionStore(environment.database, events: environment.events)
        let accounts = AccountStore(environment.database)
        let revoke = RevokeSessions(
            revoked: environment.revoked, presence: presence.store, lastSeen: LastSeen(environment.database))
        report = ReportContent(reports: ReportStore(environment.database))
        self.cases = ReviewCases(cases: cases, actions: actions)
        act = ActOnCases(
            cases: cases, actions: actions, sessions: SessionStore(environment.database), revoke: revoke,
            producer: producer, publicPosts: environment.publicPosts, totals: posts.write.totals)
        appeals = HandleAppeals(
            cases: cases, actions: actions, signer: environment.shared.emailTokens, producer: producer,
            publicPosts: environment.publicPosts)
        audit = ReadAudit(actions: actions, accounts: accounts)
    }
}
