import Domain
import Storage
import TestSupport
import Testing

@testable import Features

/// Users who publish, report and delete, and moderators who act, at random; and what must be true of it.
struct ModerationWorld {
    /// An open case.
    struct Open {
        var reporters: Set<UserID>
        var assignee: UserID?
    }

    private let features: FeatureHarness
    private var random: SeededRandom
    private var users: [Caller] = []
    private var moderators: [Caller] = []
    private var posts: [PostID: UserID] = [:]
    /// By the reported post.
    private var open: [PostID: Open] = [:]
    private var closed: [CaseOutcome: Int] = [:]
    private var warnings: [UserID: Int] = [:]
    private var limited: Set<UserID> = []

    init(_ features: FeatureHarness, seed: UInt64) async throws {
        self.features = features
        random = SeededRandom(seed)
        for index in 0..<5 { users.append(try await features.user("user-\(index)")) }
        for index in 0..<3 { moderators.append(try await features.moderator("mod-\(index)")) }
    }

    mutating func act() async throws {
        guard let user = users.randomElement(using: &random), let moderator = moderators.randomElement(using: &random)
        else { return }
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<3: try await publish(by: user)
        case 3..<7: try await report(by: user)
        case 7: try await delete(by: user)
        case 8: try await assign(by: moderator)
        case 9: try await close(.dismiss(nil), .dismissed, by: moderator)
        case 10: try await close(.remove("x"), .removed, by: moderator)
        default:
            if Bool.random(using: &random) {
                try await close(.warn("x"), .warned, by: moderator)
            } else {
                try await close(.limit("x", seconds: 3_600), .limited, by: moderator)
            }
        }
    }

    private mutating func publish(by user: Caller) async throws {
        guard !limited.contains(user.user) else {
            await expect(.accountLimited) { try await features.publish("Hello", by: user) }
            return
        }
        posts[try await features.publish("Hello", by: user).id] = user.user
    }

    private mutating func report(by user: Caller) async throws {
        let all = posts.keys.sorted { $0.identifier < $1.identifier }
        guard let post = all.randomElement(using: &random) else { return }
        guard posts[post] != user.user else {
            await expect(.cannotReportYourself) { try await features.report(.post, post, by: user) }
            return
        }
        try await features.report(.post, post, by: user)
        open[post, default: Open(reporters: [])].reporters.insert(user.user)
    }

    private mutating func delete(by user: Caller) async throws {
        let own = posts.filter { $0.value == user.user }.keys.sorted { $0.identifier < $1.identifier }
        guard let post = own.randomElement(using: &random) else { return }
        try await features.posts.write.delete(post, by: user)
        posts[post] = nil
    }

    private mutating func openCase() async throws -> (post: PostID, id: CaseID)? {
        let all = open.keys.sorted { $0.identifier < $1.identifier }
        guard let post = all.randomElement(using: &random) else { return nil }
        let cases = try await features.openCases(of: moderators[0])
        return (post, try #require(cases.first { $0.targetID.identifier == post.identifier }).id)
    }

    private mutating func assign(by moderator: Caller) async throws {
        guard let (post, id) = try await openCase() else { return }
        guard open[post]?.assignee == nil || open[post]?.assignee == moderator.user else {
            await expect(.caseAssigned) { try await features.moderation.cases.release(id, by: moderator) }
            return
        }
        if Bool.random(using: &random) {
            _ = try await features.moderation.cases.assign(id, to: nil, by: moderator)
            open[post]?.assignee = moderator.user
        } else {
            _ = try await features.moderation.cases.release(id, by: moderator)
            open[post]?.assignee = nil
        }
    }

    private mutating func close(
        _ decision: CaseDecision, _ outcome: CaseOutcome, by moderator: Caller
    ) async throws {
        guard let (post, id) = try await openCase(), let state = open[post] else { return }
        guard state.assignee == nil || state.assignee == moderator.user else {
            await expect(.caseAssigned) { try await features.moderation.act(decision, on: id, by: moderator) }
            return
        }
        let owner = try await features.moderation.cases.read(id, by: moderator).entry.owner.id
        try await features.moderation.act(decision, on: id, by: moderator)
        await expect(.caseClosed) { try await features.moderation.act(decision, on: id, by: moderator) }
        open[post] = nil
        closed[outcome, default: 0] += 1
        switch outcome {
        case .removed: posts[post] = nil
        case .limited: limited.insert(owner)
        case .dismissed, .warned, .suspended, .ownerDeleted: break
        }
        if outcome != .dismissed { warnings[owner, default: 0] += 1 }
    }

    /// Compares everything that the product shows with the model.
    func verify() async throws {
        let shown = try await features.openCases(of: moderators[0])
        #expect(shown.count == open.count)
        for entry in shown {
            let state = try #require(open[PostID(entry.targetID.identifier)])
            #expect(entry.reportsCount == state.reporters.count && entry.assignee?.id == state.assignee)
            let details = try await features.moderation.cases.read(entry.id, by: moderators[0])
            #expect(Set(details.reports.compactMap { $0.reporter?.id }) == state.reporters)
            #expect(details.isTargetThere == (posts[PostID(entry.targetID.identifier)] != nil))
        }
        let ended = try await features.openCases(.closed, of: moderators[0])
        #expect(Dictionary(grouping: ended.compactMap(\.outcome)) { $0 }.mapValues(\.count) == closed)
        for moderator in moderators {
            let mine = try await features.openCases(.mine, of: moderator)
            #expect(mine.count == open.values.count { $0.assignee == moderator.user })
        }
        for user in users {
            #expect(try await features.ownActions(user).count == warnings[user.user, default: 0])
            let count = posts.values.count { $0 == user.user }
            #expect(try await features.postCounters(user.user) == [count, count, count])
        }
        let closings = try await features.auditLog().filter { !["assign", "release"].contains($0) }
        #expect(closings.count == ended.count)
        #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
    }
}
