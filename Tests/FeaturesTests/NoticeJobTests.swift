import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// S2-97, S2-101, S2-103, S2-106, S2-112: which jobs likes, comments, follows and texts enqueue in their statements.
@Suite("Jobs that notify", .database)
struct NoticeJobTests {
    // S2-163
    @Test func `fifty equal likes at once notify the author once`() async throws {
        try await FeatureHarness.openParallel(4) { processes in
            let features = processes[0]
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let post = try await features.publish("Hello", by: ada)
            let liked = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        do throws(DomainError) {
                            try await processes[index % 4].posts.like.like(post.id, by: bob)
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(into: 0) { if $1 { $0 += 1 } }
            }
            #expect(liked == 1)
            #expect(
                try await features.jobs.enqueued(Notify.self) == [
                    Notify(.postLiked, to: ada.user, by: bob.user, entity: post.id.identifier)
                ])
            #expect(try await features.posts.read.post(post.id, for: ada.user).likesCount == 1)
        }
    }

    @Test func `no like of one's own post, and none that was there before`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let post = try await features.publish("Hello", by: ada)
            try await features.posts.like.like(post.id, by: ada)
            await expect(.postAlreadyLiked) { try await features.posts.like.like(post.id, by: ada) }
            let secret = try await features.publish("Secret", visibility: .author, by: ada)
            await expect(.postNotFound) { try await features.posts.like.like(secret.id, by: bob) }
            #expect(try await features.jobs.enqueued(Notify.self).isEmpty)
        }
    }

    @Test func `comments notify the author of the post, and replies the one of the comment instead`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob, eve) = (
                try await features.user("ada"), try await features.user("bob"), try await features.user("eve")
            )
            let write = features.posts.writeComments
            let post = try await features.publish("Hello", by: ada)
            let first = try await write.comment(on: post.id, "One", by: bob)
            let own = try await write.comment(on: post.id, "Own", by: ada)
            // To the author of both, to two authors, and to none of one's own.
            let toAda = try await write.reply(to: own.id, "Two", by: bob)
            let toBob = try await write.reply(to: first.id, "Three", by: eve)
            let toSelf = try await write.reply(to: first.id, "Four", by: bob)
            _ = try await write.reply(to: own.id, "Five", by: ada)
            let expected = [
                Notify(.postCommented, to: ada.user, by: bob.user, entity: first.id.identifier),
                Notify(.commentReplied, to: ada.user, by: bob.user, entity: toAda.id.identifier),
                Notify(.commentReplied, to: bob.user, by: eve.user, entity: toBob.id.identifier),
                Notify(.postCommented, to: ada.user, by: eve.user, entity: toBob.id.identifier),
                Notify(.postCommented, to: ada.user, by: bob.user, entity: toSelf.id.identifier),
            ]
            let jobs = try await features.jobs.enqueued(Notify.self)
            #expect(jobs.count == expected.count)
            for job in expected { #expect(jobs.contains(job), "\(job)") }
            #expect(try await features.jobs.enqueued(NotifyMentions.self).isEmpty)
        }
    }

    @Test func `a new follow notifies the followed user, unless it is hidden from them`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob, eve) = (
                try await features.user("ada"), try await features.user("bob"), try await features.user("eve")
            )
            try await features.friends.blocks.block(eve.user, by: ada)
            for _ in 0..<2 { _ = try await features.follows.follow.follow(ada.user, by: bob) }
            _ = try await features.follows.follow.follow(ada.user, by: eve)
            #expect(
                try await features.jobs.enqueued(Notify.self) == [
                    Notify(.userFollowed, to: ada.user, by: bob.user, entity: bob.user.identifier)
                ])
        }
    }

    @Test func `a text with a mention enqueues one job, and every edit, but no text without`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            _ = try await features.publish("Write to ada@example.com", by: ada)
            _ = try await features.publish("@bob is not told", visibility: .author, by: ada)
            let post = try await features.publish("Hello @bob", by: ada)
            let comment = try await features.posts.writeComments.comment(on: post.id, "And @eve", by: ada)
            #expect(
                try await features.jobs.enqueued(NotifyMentions.self) == [
                    NotifyMentions(in: post.id), NotifyMentions(in: comment.id),
                ])
            var changes = PostChanges()
            changes.mediaURLs = []
            _ = try await features.posts.write.update(post.id, changes, by: ada)
            #expect(try await features.jobs.enqueued(NotifyMentions.self).count == 2)
            changes.content = "No one"
            _ = try await features.posts.write.update(post.id, changes, by: ada)
            _ = try await features.posts.writeComments.update(comment.id, "No one", by: ada)
            #expect(try await features.jobs.enqueued(NotifyMentions.self).count == 4)
        }
    }
}
