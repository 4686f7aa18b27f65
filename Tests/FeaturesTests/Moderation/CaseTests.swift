import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// U-16: the queue of moderators and what they do, beyond the document.
@Suite(.database) struct CaseTests {
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + Array(repeating: 7, count: 200)

    @Test func `users have no part in the queue, and moderators none in the audit log`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob, mod) = (
                try await features.user("ada"), try await features.user("bob"), try await features.moderator("mod")
            )
            let admin = try await features.moderator("root", .admin)
            let post = try await features.publish("Bad", by: ada)
            let id = try await features.openCase(of: .post, post.id, by: bob, for: mod)
            let moderation = features.moderation
            await expect(.roleRequired, .forbidden) { try await features.openCases(of: bob) }
            await expect(.roleRequired) { try await moderation.cases.read(id, by: bob) }
            await expect(.roleRequired) { try await moderation.cases.assign(id, to: nil, by: bob) }
            await expect(.roleRequired) { try await moderation.act(.dismiss(nil), on: id, by: bob) }
            await expect(.roleRequired) { try await moderation.appeals.list(after: nil, limit: 1, by: bob) }
            await expect(.roleRequired) { try await moderation.audit(after: nil, limit: 1, by: mod) }
            await expect(.caseNotFound, .notFound) {
                try await moderation.act(.dismiss(nil), on: FeatureHarness.id(), by: mod)
            }
            await expect(.caseNotFound) { try await moderation.cases.read(FeatureHarness.id(), by: mod) }
            await expect(.caseNotFound) { try await moderation.cases.assign(FeatureHarness.id(), to: nil, by: mod) }
            #expect(try await moderation.audit(after: nil, limit: 10, by: admin).entries.isEmpty)
            // The role counts when the request comes.
            #expect(try await features.accounts.administration.setRole(.user, of: mod.user, by: admin).isActive)
            await expect(.roleRequired) { try await features.openCases(of: mod) }
            #expect(try await features.auditLog() == ["set_role"])
        }
    }

    @Test func `of moderators who take a case, or act on it, at once one wins`() async throws {
        try await FeatureHarness.openParallel(4) { processes in
            let features = processes[0]
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            var moderators: [Caller] = []
            for index in 0..<4 { moderators.append(try await features.moderator("mod-\(index)")) }
            for round in 0..<5 {
                let post = try await features.publish("Bad \(round)", by: ada)
                let id = try await features.openCase(of: .post, post.id, by: bob, for: moderators[0])
                let taken = try await Self.wins(moderators, .caseAssigned) { index, moderator in
                    _ = try await processes[index].moderation.cases.assign(id, to: nil, by: moderator)
                }
                #expect(taken == 1)
                let holder = try #require(try await features.openCases(of: moderators[0]).first?.assignee?.id)
                let owner = try #require(moderators.first { $0.user == holder })
                _ = try await features.moderation.cases.release(id, by: owner)
                // The owner deletes at the same moment: no error, whoever is first.
                async let deleted = Self.wins([ada], .postNotFound) { _, owner in
                    try await processes[3].posts.write.delete(post.id, by: owner)
                }
                let acted = try await Self.wins(moderators, .caseClosed) { index, moderator in
                    try await processes[index].moderation.act(.remove("Spam"), on: id, by: moderator)
                }
                #expect(acted == 1)
                _ = try await deleted
            }
            #expect(try await features.postCounters(ada.user) == [0, 0, 0])
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
            #expect(try await features.auditLog().filter { $0 == "remove" }.count == 5)
        }
    }

    /// Runs a command for each user at once, and returns how many succeed; the others must be refused with a code.
    private static func wins(
        _ users: [Caller], _ code: DomainError.Code, _ command: @escaping @Sendable (Int, Caller) async throws -> Void
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for (index, user) in users.enumerated() {
                group.addTask {
                    do {
                        try await command(index, user)
                        return true
                    } catch let error as DomainError {
                        #expect(error.code == code, "\(error)")
                        return false
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    @Test func `a case is assigned to its moderator or another, released, and listed as such`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let (mod, other) = (try await features.moderator("mod"), try await features.moderator("other"))
            let admin = try await features.moderator("root", .admin)
            let cases = features.moderation.cases
            var ids: [CaseID] = []
            for index in 0..<3 {
                let post = try await features.publish("Bad \(index)", by: ada)
                ids.append(try await features.openCase(of: .post, post.id, by: bob, for: mod))
                if index == 1 { try await features.report(.post, post.id, by: other) }
            }
            #expect(try await features.openCases(of: mod).map(\.id) == ids.reversed())
            #expect(try await features.openCases(by: .reports, of: mod).map(\.id) == [ids[1], ids[2], ids[0]])
            let first = try await cases.list(.open, by: .reports, after: nil, limit: 1, by: mod)
            let rest = try await cases.list(.open, by: .reports, after: first.next, limit: 5, by: mod)
            #expect(first.cases.map(\.id) == [ids[1]] && rest.cases.map(\.id) == [ids[2], ids[0]] && rest.next == nil)
            #expect(try await cases.assign(ids[0], to: other.user, by: mod).assignee?.username == "other")
            await expect(.assigneeNotModerator, .invalid) { try await cases.assign(ids[1], to: bob.user, by: mod) }
            await expect(.caseAssigned, .conflict) { try await cases.assign(ids[0], to: nil, by: mod) }
            await expect(.caseAssigned) { try await cases.release(ids[0], by: mod) }
            await expect(.caseAssigned) { try await features.moderation.act(.dismiss(nil), on: ids[0], by: mod) }
            #expect(try await features.openCases(.mine, of: other).map(\.id) == [ids[0]])
            #expect(try await features.openCases(.mine, by: .reports, of: other).map(\.id) == [ids[0]])
            #expect(try await features.openCases(.mine, of: mod).isEmpty)
            // An administrator may take it over.
            #expect(try await cases.assign(ids[0], to: mod.user, by: admin).assignee?.id == mod.user)
            #expect(try await cases.release(ids[0], by: mod).assignee == nil)
            try await features.moderation.act(.dismiss("Fine"), on: ids[0], by: other)
            await expect(.caseClosed, .conflict) { try await cases.assign(ids[0], to: nil, by: mod) }
            #expect(try await features.openCases(.closed, of: mod).map(\.id) == [ids[0]])
            #expect(try await features.auditLog() == ["assign", "assign", "release", "dismiss"])
        }
    }

    @Test func `moderators act neither on administrators nor on themselves`() async throws {
        try await FeatureHarness.open { features in
            let (bob, mod) = (try await features.user("bob"), try await features.moderator("mod"))
            let admin = try await features.moderator("root", .admin)
            let (own, its) = (
                try await features.publish("Mine", by: mod), try await features.publish("Root", by: admin)
            )
            let ownCase = try await features.openCase(of: .post, own.id, by: bob, for: mod)
            let adminCase = try await features.openCase(of: .post, its.id, by: bob, for: mod)
            let act = features.moderation.act
            for decision in [CaseDecision.dismiss(nil), .remove("x"), .suspend("x", seconds: 60)] {
                await expect(.cannotModerateYourself, .forbidden) { try await act(decision, on: ownCase, by: mod) }
            }
            await expect(.cannotModerateYourself) {
                try await features.moderation.cases.assign(ownCase, to: nil, by: mod)
            }
            await expect(.cannotModerateYourself) { try await features.moderation.cases.read(ownCase, by: mod) }
            for decision in [
                CaseDecision.remove("x"), .warn("x"), .limit("x", seconds: 60), .suspend("x", seconds: 60),
            ] {
                await expect(.administratorProtected, .forbidden) { try await act(decision, on: adminCase, by: mod) }
            }
            try await act(.dismiss(nil), on: adminCase, by: mod)
            #expect(try await features.posts.read.post(its.id, for: nil).content == "Root")
        }
    }

    @Test func `what moderators and administrators do without a case is logged too`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let mod = try await features.moderator("mod")
            let admin = try await features.moderator("root", .admin)
            let post = try await features.publish("Hello", by: bob)
            let comments = features.posts.writeComments
            for user in [ada, bob, mod] {
                let comment = try await comments.comment(on: post.id, "Hello", by: ada)
                try await comments.delete(comment.id, by: user)
            }
            for user in [ada, admin] {
                let file = try await features.upload(Self.png, by: ada)
                try await features.media.delete(file.id, by: user)
            }
            let publish = features.notifications.publishAnnouncement
            _ = try await publish(title: "News", body: "", by: admin)
            for _ in 0..<2 { _ = try await publish(title: "News", body: "", key: "key", by: admin) }
            #expect(try await features.auditLog() == ["delete_comment", "delete_file", "announce", "announce"])
            let log = try await features.moderation.audit(after: nil, limit: 3, by: admin)
            #expect(log.entries.map(\.actor) == [admin.user, admin.user, admin.user] && log.next != nil)
            let rest = try await features.moderation.audit(after: log.next, limit: 3, by: admin)
            #expect(rest.entries.map(\.actor) == [mod.user] && rest.entries[0].subject == ada.user)
        }
    }

    @Test func `removed content is gone, counted, and its owner and reporters are told`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let mod = try await features.moderator("mod")
            let post = try await features.publish("Post", by: bob)
            let comment = try await features.posts.writeComments.comment(on: post.id, "Bad", by: ada)
            _ = try await features.posts.writeComments.reply(to: comment.id, "Reply", by: bob)
            let message = try await features.send("Bad message", from: ada, to: bob)
            let kept = try await features.publish("Bad post", by: ada)
            for (target, id) in [
                (ReportTarget.comment, comment.id.identifier), (.message, message.id.identifier),
                (.post, kept.id.identifier),
            ] {
                let its = try await features.openCase(of: target, ReportedID(id), by: bob, for: mod)
                try await features.moderation.act(.remove("Rude"), on: its, by: mod)
            }
            await expect(.commentNotFound) { try await features.posts.readComments.comment(comment.id, for: bob.user) }
            #expect(try await features.posts.read.post(post.id, for: nil).commentsCount == 0)
            await expect(.postNotFound) { try await features.posts.read.post(kept.id, for: ada.user) }
            #expect(try await features.postCounters(ada.user) == [0, 0, 0])
            await expect(.conversationNotFound) {
                try await features.messages.read.history(with: ada.user, before: nil, .first(), by: bob)
            }
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
            #expect(try await features.outcomes(bob) == [.actionTaken, .actionTaken, .actionTaken])
            #expect(try await features.ownActions(ada).map(\.kind) == [.remove, .remove, .remove])
            #expect(try await features.ownActions(bob).isEmpty)
            let kinds = try await features.jobs.enqueuedKinds()
            #expect(kinds.filter { $0 == "send-moderation-letter" }.count == 3)
            #expect(kinds.filter { $0 == "notify-reporters" }.count == 3)
        }
    }

    @Test func `a removed picture is refused at upload, a reversed one is not`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let (mod, other) = (try await features.moderator("mod"), try await features.moderator("other"))
            let picture = try await features.upload(Self.png, by: ada)
            let its = try await features.openCase(of: .picture, picture.id, by: bob, for: mod)
            try await features.moderation.act(.remove("Nude"), on: its, by: mod)
            await expect(.fileNotFound) { try await features.media.readStatus(picture.id, by: ada) }
            for user in [ada, bob] {
                await expect(.pictureRefused, .forbidden) { try await features.upload(Self.png, by: user) }
            }
            let parts = try await features.begin(Self.png.count, as: .avatar, called: "me.png", by: bob)
            await expect(.pictureRefused) { try await features.send(Self.png, to: parts, at: 0, by: bob) }
            #expect(try await features.uploadRows() == 0)
            _ = try await features.upload(Self.png + [1], by: bob)
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
            let action = try #require(try await features.ownActions(ada).first)
            _ = try await features.moderation.appeals.appeal(action.id, "A statue", by: ada.user, token: nil)
            _ = try await features.moderation.appeals.decide(action.id, .reversed, because: "Art", by: other)
            _ = try await features.upload(Self.png, by: ada)
        }
    }

    @Test func `a removed profile has neither texts nor pictures`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob, mod) = (
                try await features.user("ada"), try await features.user("bob"), try await features.moderator("mod")
            )
            var changes = ProfileChanges()
            changes.bio = .some("Buy this")
            changes.displayName = .some("Spam")
            _ = try await features.profiles.update(changes, of: ada.user, by: ada)
            let picture = try await features.upload(Self.png, by: ada)
            _ = try await features.database.write(
                Statement("test_show", "UPDATE profiles SET avatar_media_id = $2 WHERE user_id = $1"),
                [.id(ada.user), .id(picture.id)])
            let its = try await features.openCase(of: .profile, ada.user, by: bob, for: mod)
            try await features.moderation.act(.remove("Spam"), on: its, by: mod)
            let profile = try await features.accounts.account.read(ada.user)
            #expect(profile.bio == nil && profile.avatar == nil && profile.account.username == "ada")
            #expect(try await features.profiles.read(ada.user, for: bob.user).displayName == nil)
            await expect(.pictureRefused) { try await features.upload(Self.png, by: bob) }
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
        }
    }
}
