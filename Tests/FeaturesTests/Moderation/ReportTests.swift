import Domain
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// U-16: reports, beyond the document.
@Suite(.database) struct ReportTests {
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + Array(repeating: 0, count: 200)

    @Test func `all reports of one target are one case, and a user's second report is the first`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let (eve, mod) = (try await features.user("eve"), try await features.moderator("mod"))
            let post = try await features.publish("Bad", by: ada)
            let first = try await features.report(.post, post.id, for: .hate, details: "Look", by: bob)
            let again = try await features.report(.post, post.id, for: .other, by: bob)
            #expect(again.id == first.id && again.reason == .hate && again.details == "Look")
            try await features.report(.post, post.id, by: eve)
            let cases = try await features.openCases(of: mod)
            #expect(cases.map(\.reportsCount) == [2] && cases[0].owner.id == ada.user && cases[0].target == .post)
            // After the case is closed, a report opens another.
            try await features.moderation.act(.dismiss(nil), on: cases[0].id, by: mod)
            let later = try await features.report(.post, post.id, by: bob)
            #expect(later.id != first.id)
            #expect(try await features.outcomes(bob) == [nil, .noViolation])
            #expect(try await features.openCases(of: mod).map(\.reportsCount) == [1])
            #expect(try await features.openCases(.closed, of: mod).map(\.outcome) == [.dismissed])
        }
    }

    @Test func `a user reports only what the user sees, and nothing of the own`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob, eve) = (
                try await features.user("ada"), try await features.user("bob"), try await features.user("eve")
            )
            try await features.befriend(ada, bob)
            let secret = try await features.publish("Secret", visibility: .author, by: ada)
            let open = try await features.publish("Open", by: ada)
            let comment = try await features.posts.writeComments.comment(on: open.id, "No", by: ada)
            let message = try await features.send("Hello", from: ada, to: bob)
            let picture = try await features.upload(Self.png, by: ada)
            await expect(.postNotFound, .notFound) { try await features.report(.post, secret.id, by: eve) }
            await expect(.messageNotFound, .notFound) { try await features.report(.message, message.id, by: eve) }
            let nothing = FeatureHarness.id(ReportedID.self)
            for (target, code) in [
                (ReportTarget.post, DomainError.Code.postNotFound), (.comment, .commentNotFound),
                (.message, .messageNotFound), (.profile, .userNotFound), (.picture, .fileNotFound),
            ] {
                await expect(code, .notFound) { try await features.report(target, nothing, by: eve) }
            }
            await expect(.cannotReportYourself, .invalid) { try await features.report(.post, open.id, by: ada) }
            await expect(.cannotReportYourself) { try await features.report(.profile, ada.user, by: ada) }
            await expect(.cannotReportYourself) { try await features.report(.message, message.id, by: ada) }
            try await features.report(.comment, comment.id, by: eve)
            try await features.report(.picture, picture.id, by: eve)
            try await features.report(.profile, ada.user, by: eve)
            // A block hides everything but the message, which its receiver has.
            try await features.friends.blocks.block(ada.user, by: bob)
            await expect(.postNotFound) { try await features.report(.post, open.id, by: bob) }
            await expect(.commentNotFound) { try await features.report(.comment, comment.id, by: bob) }
            await expect(.userNotFound) { try await features.report(.profile, ada.user, by: bob) }
            await expect(.fileNotFound) { try await features.report(.picture, picture.id, by: bob) }
            try await features.report(.message, message.id, by: bob)
            // Of a private profile a stranger sees no post.
            var changes = ProfileChanges()
            changes.isPrivate = true
            _ = try await features.profiles.update(changes, of: ada.user, by: ada)
            await expect(.postNotFound) { try await features.report(.post, open.id, by: eve) }
        }
    }

    @Test func `a case keeps what its target was at each report`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob, eve) = (
                try await features.user("ada"), try await features.user("bob"), try await features.user("eve")
            )
            let mod = try await features.moderator("mod")
            let post = try await features.publish("First", by: ada)
            try await features.report(.post, post.id, by: bob)
            var changes = PostChanges()
            changes.content = "Second"
            _ = try await features.posts.write.update(post.id, changes, by: ada)
            try await features.report(.post, post.id, by: eve)
            try await features.posts.write.delete(post.id, by: ada)
            let found = try await features.openCases(of: mod)
            let details = try await features.moderation.cases.read(try #require(found.first).id, by: mod)
            let contents = details.contents.map { String(decoding: $0.json, as: UTF8.self) }
            #expect(contents.count == 2 && contents[0].contains("First") && contents[1].contains("Second"))
            #expect(!details.isTargetThere && details.reports.map { $0.reporter?.username } == ["eve", "bob"])
        }
    }

    @Test func `fifty reports at once open one case and are counted`() async throws {
        try await FeatureHarness.openParallel(4) { processes in
            let features = processes[0]
            let (ada, mod) = (try await features.user("ada"), try await features.moderator("mod"))
            let post = try await features.publish("Bad", by: ada)
            var reporters: [Caller] = []
            for index in 0..<25 { reporters.append(try await features.user("reporter-\(index)")) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<50 {
                    group.addTask { [reporters] in
                        try await processes[index % 4].report(.post, post.id, by: reporters[index % 25])
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await features.openCases(of: mod).map(\.reportsCount) == [25])
        }
    }
}
