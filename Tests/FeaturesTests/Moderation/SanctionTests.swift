import Chassis
import Crypto
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// U-16: warnings, limits, suspensions and appeals, beyond the document.
@Suite(.database) struct SanctionTests {
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + Array(repeating: 0, count: 200)

    @Test func `a limited user reads and deletes, and writes nothing until the time is over`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let (eve, mod) = (try await features.user("eve"), try await features.moderator("mod"))
            let (post, own) = (try await features.publish("Hello", by: bob), try await features.publish("Own", by: ada))
            let comment = try await features.posts.writeComments.comment(on: post.id, "First", by: ada)
            let its = try await features.openCase(of: .post, own.id, by: bob, for: mod)
            try await features.moderation.act(.limit("Calm down", seconds: 3_600), on: its, by: mod)
            let error = await expect(.accountLimited, .forbidden) { try await features.publish("More", by: ada) }
            #expect(error?.message.contains("until 20") == true)
            let writes = features.posts.writeComments
            await expect(.accountLimited) { try await writes.comment(on: post.id, "More", by: ada) }
            await expect(.accountLimited) { try await writes.update(comment.id, "Other", by: ada) }
            await expect(.accountLimited) { try await features.posts.like.like(post.id, by: ada) }
            await expect(.accountLimited) { try await features.posts.share.share(post.id, by: ada) }
            await expect(.accountLimited) { try await features.send("Hello", from: ada, to: bob) }
            await expect(.accountLimited) { try await features.follows.follow.follow(eve.user, by: ada) }
            await expect(.accountLimited) {
                try await features.friends.sendRequest(to: eve.user, message: nil, by: ada)
            }
            await expect(.accountLimited) { try await features.upload(Self.png, by: ada) }
            var text = PostChanges()
            text.content = "Changed"
            await expect(.accountLimited) { try await features.posts.write.update(own.id, text, by: ada) }
            var changes = ProfileChanges()
            changes.bio = .some("New")
            await expect(.accountLimited) { try await features.profiles.update(changes, of: ada.user, by: ada) }
            // Others write with her, and a like of hers does not fail those that share its statement.
            let liked = await withTaskGroup(of: Bool.self) { group in
                for user in [ada, eve, bob, ada] {
                    group.addTask {
                        do throws(DomainError) {
                            try await features.posts.like.like(own.id, by: user)
                            return true
                        } catch {
                            #expect(error.code == .accountLimited && user.user == ada.user)
                            return false
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(liked == 2)
            // She still reads, reports, and deletes what is hers.
            #expect(try await features.posts.read.post(post.id, for: ada.user).content == "Hello")
            try await features.report(.post, post.id, by: ada)
            try await writes.delete(comment.id, by: ada)
            changes.bio = .some(nil)
            _ = try await features.profiles.update(changes, of: ada.user, by: ada)
            // The time ends the limit, nobody else.
            try await features.endActions()
            _ = try await features.publish("More", by: ada)
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
        }
    }

    @Test func `a limited user's scheduled post waits`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob, mod) = (
                try await features.user("ada"), try await features.user("bob"), try await features.moderator("mod")
            )
            let past = Timestamp(microseconds: Int64(Timestamp.now.unixMilliseconds - 1_000) * 1_000)
            let scheduled = try await features.schedule("Later", at: past, by: ada)
            let its = try await features.openCase(of: .profile, ada.user, by: bob, for: mod)
            try await features.moderation.act(.limit("Calm down", seconds: 3_600), on: its, by: mod)
            guard case .waiting = try await features.publishDue(scheduled.id, of: ada) else {
                Issue.record("the post of a limited user was published")
                return
            }
            try await features.endActions()
            guard case .published = try await features.publishDue(scheduled.id, of: ada) else {
                Issue.record("the post was not published after the limit")
                return
            }
        }
    }

    @Test func `a suspension ends sessions, refuses logins and hides the user until the time is over`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            let (bob, mod) = (try await features.user("bob"), try await features.moderator("mod"))
            let post = try await features.publish("Bad", by: ada.caller)
            let its = try await features.openCase(of: .post, post.id, by: bob, for: mod)
            try await features.moderation.act(.suspend("Again", seconds: 3_600), on: its, by: mod)
            #expect(throws: DomainError.tokenInvalid) {
                try features.accounts.authenticator.principal(accessToken: ada.tokens.access)
            }
            await expect(.refreshTokenInvalid) { try await features.refresh(ada.tokens.refresh) }
            let error = await expect(.accountSuspended, .forbidden) { try await features.logIn("ada") }
            #expect(error?.message.contains("suspended until 20") == true)
            await expect(.wrongCredentials) { try await features.logIn("ada", password: "another password here") }
            await expect(.postNotFound) { try await features.posts.read.post(post.id, for: bob.user) }
            #expect(try await ActionStore(features.database).endSuspensions() == 0)
            try await features.endActions()
            #expect(try await ActionStore(features.database).endSuspensions() == 1)
            _ = try await features.logIn("ada")
            #expect(try await features.posts.read.post(post.id, for: bob.user).content == "Bad")
            #expect(try await features.auditLog() == ["suspend", "suspension_ended"])
        }
    }

    @Test func `an administrator's deactivation outlasts a suspension, and an activation ends it`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob, eve) = (
                try await features.user("ada"), try await features.user("bob"), try await features.user("eve")
            )
            let admin = try await features.moderator("root", .admin)
            for user in [ada, bob] {
                let its = try await features.openCase(of: .profile, user.user, by: eve, for: admin)
                try await features.moderation.act(.suspend("Spam", seconds: 3_600), on: its, by: admin)
            }
            let administration = features.accounts.administration
            #expect(try await !administration.setActive(false, of: ada.user, by: admin).isActive)
            #expect(try await administration.setActive(true, of: bob.user, by: admin).isActive)
            try await features.endActions()
            #expect(try await ActionStore(features.database).endSuspensions() == 0)
            #expect(try await !features.accounts.account.read(ada.user).isActive)
            #expect(try await features.auditLog() == ["suspend", "suspend", "deactivate", "activate"])
        }
    }

    @Test func `an appeal is made once, and another moderator decides it`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let (mod, other) = (try await features.moderator("mod"), try await features.moderator("other"))
            let appeals = features.moderation.appeals
            let its = try await features.openCase(of: .profile, ada.user, by: bob, for: mod)
            try await features.moderation.act(.limit("Spam", seconds: 3_600), on: its, by: mod)
            let action = try #require(try await features.ownActions(ada).first).id
            await expect(.notAppealed, .conflict) {
                try await appeals.decide(action, .reversed, because: "x", by: other)
            }
            await expect(.actionNotFound, .notFound) {
                try await appeals.appeal(action, "Not mine", by: bob.user, token: nil)
            }
            await expect(.tokenMissing) { try await appeals.appeal(action, "No", by: nil, token: nil) }
            await expect(.emailTokenInvalid) { try await appeals.appeal(action, "No", by: nil, token: "x") }
            let wrong = features.appealToken(FeatureHarness.id())
            await expect(.emailTokenInvalid) { try await appeals.appeal(action, "No", by: nil, token: wrong) }
            let made = try await appeals.appeal(action, "I did not", by: nil, token: features.appealToken(action))
            #expect(made.appeal == "I did not" && made.decision == nil)
            await expect(.alreadyAppealed, .conflict) {
                try await appeals.appeal(action, "Again", by: ada.user, token: nil)
            }
            #expect(try await appeals.list(after: nil, limit: 10, by: other).actions.map(\.id) == [action])
            await expect(.ownAction, .forbidden) { try await appeals.decide(action, .upheld, because: "x", by: mod) }
            await expect(.roleRequired) { try await appeals.decide(action, .upheld, because: "x", by: bob) }
            await expect(.accountLimited) { try await features.publish("No", by: ada) }
            let decided = try await appeals.decide(action, .reversed, because: "True", by: other)
            #expect(decided.decision == .reversed && decided.decisionReason == "True")
            _ = try await features.publish("Yes", by: ada)
            await expect(.appealDecided, .conflict) {
                try await appeals.decide(action, .upheld, because: "x", by: other)
            }
            #expect(try await appeals.list(after: nil, limit: 10, by: other).actions.isEmpty)
            #expect(try await features.auditLog() == ["limit", "appeal", "reversed"])
        }
    }

    @Test func `a reversed suspension ends at once, and leaves another in force`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let (mod, other) = (try await features.moderator("mod"), try await features.moderator("other"))
            let appeals = features.moderation.appeals
            // Two cases before the first suspension hides her.
            let post = try await features.publish("Bad", by: ada)
            let cases = [
                try await features.openCase(of: .profile, ada.user, by: bob, for: mod),
                try await features.openCase(of: .post, post.id, by: bob, for: mod),
            ]
            for (index, its) in cases.enumerated() {
                try await features.moderation.act(.suspend("Spam", seconds: 3_600 * (index + 1)), on: its, by: mod)
            }
            for (index, action) in try await features.ownActions(ada).enumerated() {
                _ = try await appeals.appeal(action.id, "No", by: ada.user, token: nil)
                _ = try await appeals.decide(action.id, .reversed, because: "Right", by: other)
                #expect(try await features.accounts.account.read(ada.user).isActive == (index == 1))
            }
        }
    }
}

extension FeatureHarness {
    /// Moves the ends of all limits and suspensions into the past.
    func endActions() async throws {
        for sql in [Self.endActions, Self.endSuspensions] { _ = try await database.write(sql, []) }
    }

    private static let endActions = Statement(
        "test_end_actions", "UPDATE moderation_actions SET ends_at = now() - interval '1 second' WHERE ends_at > now()")
    private static let endSuspensions = Statement(
        "test_end_suspensions",
        "UPDATE accounts SET suspended_until = now() - interval '1 second' WHERE suspended_until > now()")

    fileprivate func appealToken(_ action: ModerationActionID) -> String {
        emailTokens.sign(action.identifier.high, action.identifier.low, for: EmailTokenPurpose.appeal.rawValue)
    }
}
