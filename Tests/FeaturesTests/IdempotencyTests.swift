import Chassis
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// Beside the document of `/api/v1`: what a client sends again under its key is created once.
@Suite(.database) struct IdempotencyTests {
    private static let draft = PostDraft(content: "Once", mediaURLs: [], mediaType: nil, visibility: .everyone)

    // S2-85
    @Test func `fifty equal requests at once under one key are one post, one count and one set of jobs`() async throws {
        try await FeatureHarness.openParallel(4) { processes in
            let features = processes[0]
            let ada = try await features.user("ada")
            let ids = try await withThrowingTaskGroup(of: PostID.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        try await processes[index % 4].posts.write.publish(Self.draft, key: "key", by: ada).id
                    }
                }
                return try await group.reduce(into: Set<PostID>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            #expect(try await features.postCounters(ada.user) == [1, 1, 1])
            let kinds = try await features.jobs.enqueuedKinds()
            #expect(kinds.contains(PushToTimelines.kind) && Set(kinds).count == kinds.count)
            #expect(try await features.jobs.enqueued(PushToTimelines.self).map(\.entry) == ids.map(\.identifier))
        }
    }

    @Test func `a request whose answer was lost gets the post that it published`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            // As by a process that dies behind the commit.
            let key = try IdempotencyKey.request("key", "post", Self.draft.write)
            let created = try await PostStore(features.database).create(
                Self.draft, by: ada.user, enqueuing: [], as: FeatureHarness.id(), under: key)
            guard case .created(let id) = created else {
                Issue.record("the post was not created")
                return
            }
            var changes = PostChanges()
            changes.content = "Changed meanwhile"
            _ = try await features.posts.write.update(id, changes, by: ada)
            let repeated = try await features.posts.write.publish(Self.draft, key: "key", by: ada)
            #expect(repeated.id == id && repeated.content == "Changed meanwhile")
            try await features.posts.write.delete(id, by: ada)
            await expect(.postNotFound, .notFound) {
                try await features.posts.write.publish(Self.draft, key: "key", by: ada)
            }
            #expect(try await features.postCounters(ada.user) == [0, 0, 0])
        }
    }

    @Test func `a key names one request of one user, whatever it creates, for a day`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let write = features.posts.write
            let post = try await write.publish(Self.draft, key: "key", by: ada)
            let other = PostDraft(content: "Once", mediaURLs: [], mediaType: nil, visibility: .followers)
            await expect(.idempotencyKeyReused, .conflict) { try await write.publish(other, key: "key", by: ada) }
            await expect(.idempotencyKeyReused, .conflict) {
                try await features.posts.writeComments.comment(on: post.id, "Once", key: "key", by: ada)
            }
            await expect(.idempotencyKeyReused, .conflict) {
                try await features.posts.writeDrafts.create(Self.draft, at: nil, key: "key", by: ada)
            }
            await expect(.idempotencyKeyReused, .conflict) {
                try await features.messages.send(
                    MessageDraft(
                        to: bob.user, content: MessageText("Once"), idempotencyKey: "key", requiresFriendship: true),
                    by: ada)
            }
            #expect(try await write.publish(Self.draft, key: "key", by: bob).id != post.id)
            for key in ["", "a b", String(repeating: "k", count: 256)] {
                let error = await expect(.validationFailed) { try await write.publish(Self.draft, key: key, by: ada) }
                #expect(error?.field == "Idempotency-Key")
            }
            #expect(try await features.postCounters(ada.user) == [1, 1, 1])
            _ = try await features.database.write(
                Statement("test_keys", "UPDATE idempotency_keys SET created_at = now() - interval '25 hours'"), [])
            #expect(try await MessageStore(features.database).removeOldKeys() == 2)
            #expect(try await write.publish(Self.draft, key: "key", by: ada).id != post.id)
        }
    }

    @Test func `comments, replies, drafts, schedules, publications and announcements have keys`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let posts = features.posts
            let post = try await features.publish("Hello", by: ada)
            let time = PublicationTime.later(.now.adding(.seconds(3_600)))
            let draft = try await posts.writeDrafts.create(Self.draft, at: nil, key: nil, by: ada)
            var ids: [Set<Identifier>] = Array(repeating: [], count: 6)
            _ = try await features.database.write(
                Statement("test_administrator", "UPDATE accounts SET role = 'ADMIN' WHERE id = $1"), [.id(ada.user)])
            for _ in 0..<2 {
                let comment = try await posts.writeComments.comment(on: post.id, "One", key: "1", by: ada)
                ids[0].insert(comment.id.identifier)
                ids[1].insert(
                    try await posts.writeComments.reply(to: comment.id, "Two", key: "2", by: ada).id.identifier)
                ids[2].insert(
                    try await posts.writeDrafts.create(Self.draft, at: time, key: "3", by: ada).id.identifier)
                ids[3].insert(try await posts.write.publish(Self.draft, at: time, key: "4", by: ada).id.identifier)
                ids[4].insert(try await posts.write.publish(draft.id, key: "5", by: ada).id.identifier)
                ids[5].insert(
                    try await features.notifications.publishAnnouncement(
                        title: "News", body: "All is well", key: "6", by: ada
                    ).identifier)
            }
            #expect(ids.allSatisfy { $0.count == 1 })
            #expect(try await posts.read.post(post.id, for: nil).commentsCount == 2)
            #expect(try await features.postCounters(ada.user) == [2, 2, 2])
            #expect(try await posts.readDrafts(limit: 10, after: nil, by: ada).drafts.count == 2)
            #expect(try await features.jobs.enqueued(PublishDraft.self).count == 2)
            #expect(try await features.jobs.enqueued(SendAnnouncement.self).count == 1)
            await expect(.draftNotFound, .notFound) { try await posts.write.publish(draft.id, key: "7", by: ada) }
        }
    }
}
