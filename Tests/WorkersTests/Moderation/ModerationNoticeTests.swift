import Chassis
import Crypto
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// U-16: what moderation tells users, and what the deletion of their accounts leaves.
@Suite("Notices of moderation", .database)
struct ModerationNoticeTests {
    @Test func `reporters are told the outcome, and the owner the action, its reason and how to appeal`() async throws {
        try await PoolHarness.open { pools in
            let (bob, eva) = (try await pools.register("bob"), try await pools.register("eva"))
            let (ada, mod) = (
                try await pools.register("ada", language: .russian), try await pools.moderator("mod")
            )
            let id = try await pools.openCase(against: ada, by: [bob, eva])
            let action = try await pools.act(.warn, on: id, by: mod)
            try await pools.runAll()
            for user in [bob, eva] {
                let inbox = try await pools.inbox(user)
                #expect(inbox.map(\.kind) == [.reportActedOn] && inbox[0].actor == nil && inbox[0].title == nil)
            }
            let told = try #require(try await pools.inbox(ada).first)
            #expect(told.kind == .accountWarned && told.title == "Rude" && told.entity == action.identifier)
            #expect(told.actor == nil)
            #expect(try await pools.inbox(mod).isEmpty)
            let letter = try #require(
                pools.mailbox.decodedMail(to: "ada@b.example", "Решение модератора о вашем аккаунте").first)
            #expect(letter.text.contains("Причина: Rude") && letter.text.contains("/appeal?action=\(action)&token="))

            // A second action with the same reason is another notification.
            let second = try await pools.openCase(against: ada, by: [bob])
            _ = try await pools.act(.warn, on: second, by: mod)
            let third = try await pools.openCase(against: ada, by: [bob])
            _ = try await pools.act(nil, on: third, by: mod)
            try await pools.runAll()
            #expect(try await pools.inbox(ada).count == 2)
            #expect(try await pools.inbox(bob).map(\.kind) == [.reportDismissed, .reportActedOn, .reportActedOn])
        }
    }

    @Test func `a suspended user is mailed, and an appeal's decision too`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let (mod, other) = (try await pools.moderator("mod"), try await pools.moderator("other"))
            let actions = ActionStore(pools.context.database)
            let id = try await pools.openCase(against: ada, by: [bob])
            let action = try await pools.act(.suspend, on: id, by: mod)
            try await pools.runAll()
            let subject = "A moderator's decision about your account"
            let letter = try #require(pools.mailbox.decodedMail(to: "ada@b.example", subject).first)
            #expect(letter.text.contains("suspended your account until 20"))
            #expect(try await actions.appeal(action, "No", by: ada) == nil)
            let jobs = try pools.actionJobs(.appealReversed, action, isDecision: true)
            let outcome = try await actions.decide(action, .reversed, because: "Right", enqueuing: jobs, by: other)
            guard case .done(told: ada, _) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            try await pools.runAll()
            #expect(try await pools.inbox(ada).map(\.kind) == [.appealReversed])
            let decided = try #require(pools.mailbox.decodedMail(to: "ada@b.example", "Your appeal was decided").first)
            #expect(decided.text.contains("reversed the decision") && decided.text.contains("Reason: Right"))
        }
    }

    private static let endSuspensions = Statement(
        "test_end_suspensions", "UPDATE accounts SET suspended_until = now() WHERE suspended_until IS NOT NULL")

    @Test func `the job ends a suspension whose time is over`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let mod = try await pools.moderator("mod")
            _ = try await pools.act(.suspend, on: try await pools.openCase(against: ada, by: [bob]), by: mod)
            try await pools.run(EndSuspensions())
            #expect(try await pools.accounts.details(of: ada)?.isActive == false)
            _ = try await pools.context.database.write(Self.endSuspensions, [])
            try await pools.run(EndSuspensions())
            #expect(try await pools.accounts.details(of: ada)?.isActive == true)
        }
    }

    @Test func `cases outlive reporter, owner and moderator, without their names and texts`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob, eva) = (
                try await pools.register("ada"), try await pools.register("bob"), try await pools.register("eva")
            )
            let mod = try await pools.moderator("mod")
            let cases = CaseStore(pools.context.database)
            let actions = ActionStore(pools.context.database)
            let closed = try await pools.openCase(against: ada, by: [bob])
            let action = try await pools.act(.warn, on: closed, by: mod)
            #expect(try await actions.appeal(action, "A secret", by: ada) == nil)
            let open = try await pools.openCase(against: ada, by: [bob, eva])
            #expect(try await cases.assign(open, to: mod, by: mod) == nil)
            try await pools.runAll()

            try await pools.delete(bob)
            let reports = try await cases.reports(of: open)
            #expect(reports.map { $0.reporter?.id } == [eva, nil] && reports.last?.details == nil)
            #expect(try await cases.find(open)?.entry.reportsCount == 2)
            try await pools.delete(mod)
            #expect(try await cases.find(open)?.entry.assignee == nil)
            #expect(try await actions.find(action)?.moderator == mod)
            try await pools.delete(ada)
            let gone = try #require(try await cases.find(open))
            #expect(gone.entry.outcome == .ownerDeleted && gone.entry.owner.username == nil && !gone.isTargetThere)
            #expect(try await cases.contents(of: open).isEmpty)
            #expect(try await actions.find(action)?.appeal == nil)
            #expect(try await actions.find(action)?.owner == ada)
            let log = try await actions.audit(after: nil, limit: 10).map(\.action)
            #expect(log == ["assign", "appeal", "warn", "set_role"])
            let own = try await ReportStore(pools.context.database).page(of: eva, after: nil, limit: 9)
            #expect(own.map(\.outcome) == [.ownerDeleted])
        }
    }

    @Test func `an export has the own reports, and the actions against the user`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let mod = try await pools.moderator("mod")
            _ = try await pools.act(.warn, on: try await pools.openCase(against: ada, by: [bob]), by: mod)
            let exports = AccountExports(pools.context.database)
            let own = try #require(try await exports.summary(of: bob)).text
            #expect(own.contains(#""details": "Look at this""#) && own.contains(#""moderation_actions": []"#))
            let acted = try #require(try await exports.summary(of: ada)).text
            #expect(acted.contains(#""reason": "Rude""#) && acted.contains(#""reports": []"#))
            #expect(!acted.contains("Look at this") && !acted.contains("\(mod)") && !acted.contains("\(bob)"))
        }
    }
}

/// A statement that a test needs was refused.
private struct Refused: Error {}

extension [UInt8] {
    fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}

extension PoolHarness {
    fileprivate func moderator(_ name: String) async throws -> UserID {
        let user = try await register(name)
        _ = try await accounts.setRole(.moderator, of: user)
        return user
    }

    /// Reports a profile, and returns the case.
    fileprivate func openCase(against owner: UserID, by reporters: [UserID]) async throws -> CaseID {
        let reports = ReportStore(context.database)
        for reporter in reporters {
            let outcome = try await reports.report(
                .profile, ReportedID(owner.identifier), for: .spam, details: "Look at this", by: reporter)
            guard case .stored = outcome else { throw Refused() }
        }
        let cases = try await CaseStore(context.database).page(.open, by: .newest, after: nil, of: owner, limit: 1)
        return try #require(cases.first).id
    }

    fileprivate func actionJobs(
        _ kind: NotificationKind, _ action: ModerationActionID, isDecision: Bool, closing its: CaseID? = nil,
        isActedOn: Bool = true
    ) throws -> ActionStore.Jobs {
        let producer = context.producer
        return ActionStore.Jobs(
            notice: try producer.outboxJob(
                Notify(kind, to: Self.id(), by: nil, entity: action.identifier, title: "Rude"), trace: nil),
            letter: try producer.outboxJob(
                SendModerationLetter(about: action, isDecision: isDecision), trace: nil),
            reporters: try its.map {
                try producer.outboxJob(NotifyReporters(of: $0, isActedOn: isActedOn), trace: nil)
            })
    }

    /// Closes a case as the feature does.
    fileprivate func act(_ kind: ModerationKind?, on its: CaseID, by moderator: UserID) async throws
        -> ModerationActionID
    {
        let action = Self.id(ModerationActionID.self)
        let jobs = try actionJobs(
            kind == .suspend ? .accountSuspended : .accountWarned, action, isDecision: false, closing: its,
            isActedOn: kind != nil)
        let outcome = try await ActionStore(context.database).act(
            on: its,
            ActionStore.Command(
                kind, because: "Rude", seconds: 3_600, as: action, deleting: [], enqueuing: jobs), by: moderator)
        guard case .done = outcome else { throw Refused() }
        return action
    }

    fileprivate func delete(_ user: UserID) async throws {
        let job = try context.producer.outboxJob(DeleteAccount(account: user), trace: nil)
        #expect(try await accounts.delete(user, enqueuing: job) != nil)
        try await runAll()
    }
}
