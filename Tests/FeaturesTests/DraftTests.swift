import Chassis
import Domain
import Jobs
import Postgres
import Redis
import Storage
import TestSupport
import Testing

@testable import Features

/// Beside the document of `/api/v1`: drafts and scheduled posts.
@Suite(.database) struct DraftTests {
    @Test func `a scheduled post is its author's alone until its time, and then a post like any other`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let time = Self.time(in: -1)
            let scheduled = try await features.schedule("Later", at: time, by: ada)
            #expect(scheduled.publishedAt == time && scheduled.id.identifier.unixMilliseconds == time.unixMilliseconds)
            #expect(try await features.posts.read.post(scheduled.id, for: ada.user).content == "Later")
            for viewer in [bob.user, nil] {
                await expect(.postNotFound) { try await features.posts.read.post(scheduled.id, for: viewer) }
            }
            await expect(.postNotFound) { try await features.posts.like.like(scheduled.id, by: ada) }
            await expect(.postNotFound) {
                try await features.posts.writeComments.comment(on: scheduled.id, "x", by: ada)
            }
            #expect(try await features.postCounters(ada.user) == [0, 0, 0])
            // Published meanwhile: the scheduled one has its place before it.
            let newer = try await features.publish("Newer", by: ada)
            #expect(try await features.jobs.enqueued(PublishDraft.self) == [PublishDraft(scheduled.id, by: ada.user)])
            for _ in 0..<3 { _ = try await features.publishDue(scheduled.id, of: ada) }
            let post = try await features.posts.read.post(scheduled.id, for: bob.user)
            #expect(post.publishedAt == time && post.createdAt == time && !post.isScheduled)
            #expect(try await features.postCounters(ada.user) == [2, 2, 2])
            let pushed = try await features.jobs.enqueued(PushToTimelines.self).map(\.entry)
            #expect(Set(pushed) == [newer.id.identifier, scheduled.id.identifier] && pushed.count == 2)
            #expect(try await features.jobs.enqueued(PublishDraft.self).isEmpty)
            let page = try await features.posts.read.all(.first(), after: nil, for: bob.user).posts
            #expect(page.map(\.id) == [newer.id, scheduled.id])
            #expect(try await features.posts.readDrafts(limit: 10, after: nil, by: ada).drafts.isEmpty)
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
        }
    }

    @Test func `a post is never published before its time, and once by ten workers`() async throws {
        try await FeatureHarness.openParallel(4) { processes in
            let features = processes[0]
            let ada = try await features.user("ada")
            let later = try await features.schedule("Later", at: Self.time(in: 3_600), by: ada)
            guard case .early(let rest) = try await features.publishDue(later.id, of: ada) else {
                Issue.record("it was not early")
                return
            }
            #expect(rest > .seconds(3_500) && rest <= .seconds(3_600))
            let due = try await features.schedule("Now", at: Self.time(in: -1), by: ada)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<10 {
                    group.addTask { _ = try await processes[index % 4].publishDue(due.id, of: ada) }
                }
                try await group.waitForAll()
            }
            #expect(try await features.postCounters(ada.user) == [1, 1, 1])
            #expect(try await features.jobs.enqueued(PushToTimelines.self).count == 1)
        }
    }

    @Test func `another time gives a scheduled post another id, and its job is replaced`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let write = features.posts.write
            let first = try await features.schedule("Later", at: Self.time(in: 3_600), by: ada)
            var changes = PostChanges()
            changes.content = "Changed"
            let changed = try await write.update(first.id, changes, by: ada)
            #expect(changed.id == first.id && changed.content == "Changed" && changed.version == 2)
            let moved = try await write.update(
                first.id, PostChanges(), at: .later(Self.time(in: 7_200)), expecting: [2], by: ada)
            #expect(moved.id != first.id && moved.content == "Changed")
            #expect(moved.id.identifier.unixMilliseconds == moved.publishedAt?.unixMilliseconds)
            await expect(.postNotFound) { try await features.posts.read.post(first.id, for: ada.user) }
            #expect(try await features.jobs.enqueued(PublishDraft.self).map(\.post) == [moved.id])
            guard case .gone = try await features.publishDue(first.id, of: ada) else {
                Issue.record("a moved post was published under its old id")
                return
            }
            await expect(.preconditionFailed, .conflict) { try await write.delete(moved.id, expecting: [2], by: ada) }
            try await write.delete(moved.id, by: ada)
            guard case .gone = try await features.publishDue(moved.id, of: ada) else {
                Issue.record("a withdrawn post was published")
                return
            }
            #expect(try await features.jobs.enqueued(PublishDraft.self).isEmpty)
            await expect(.postNotFound, .notFound) { try await write.delete(moved.id, by: ada) }
        }
    }

    @Test func `Redis has the job of a post that is published soon, and no other`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let late = try await features.schedule("Late", at: Self.time(in: 300 * 86_400), by: ada)
            let soon = try await features.schedule("Soon", at: Self.time(in: 60), by: ada)
            let key = RedisArgument(features.redis.key("jq:{notifications}:jobs"))
            let jobs = try await eventually("the job is in Redis") { () -> [String]? in
                let jobs = try await features.redis.command(["HVALS", key]).array?.compactMap(\.text) ?? []
                return jobs.contains { $0.contains("\(soon.id)") } ? jobs : nil
            }
            #expect(!jobs.contains { $0.contains("\(late.id)") })
            #expect(try await features.jobs.enqueued(PublishDraft.self).count == 2)
        }
    }

    @Test func `drafts are read, changed, published and deleted by their author alone`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let (write, read) = (features.posts.writeDrafts, features.posts.readDrafts)
            var drafts: [UserDraft] = []
            for number in 1...5 {
                drafts.append(try await features.draft("\(number)", by: ada))
            }
            let first = try await read(limit: 2, after: nil, by: ada)
            #expect(first.drafts.map(\.content) == ["5", "4"])
            let second = try await read(limit: 3, after: first.next, by: ada)
            #expect(second.drafts.map(\.content) == ["3", "2", "1"] && second.next == nil)
            #expect(try await read(limit: 10, after: nil, by: bob).drafts.isEmpty)
            let draft = drafts[0]
            await expect(.draftNotFound, .notFound) { try await read.draft(draft.id, by: bob) }
            await expect(.draftNotFound) {
                try await write.update(draft.id, PostChanges(), at: nil, expecting: nil, by: bob)
            }
            await expect(.draftNotFound) { try await write.delete(draft.id, expecting: nil, by: bob) }
            await expect(.draftNotFound) { try await features.posts.write.publish(draft.id, key: nil, by: bob) }
            let scheduled = try await write.update(
                draft.id, PostChanges(), at: .some(.later(Self.time(in: 3_600))), expecting: [1], by: ada)
            #expect(scheduled.post != nil && scheduled.version == 2)
            await expect(.preconditionFailed) {
                try await write.update(draft.id, PostChanges(), at: nil, expecting: [1], by: ada)
            }
            let plain = try await write.update(draft.id, PostChanges(), at: .some(nil), expecting: nil, by: ada)
            #expect(plain.post == nil && plain.publishAt == nil)
            #expect(try await features.jobs.enqueued(PublishDraft.self).isEmpty)
            let post = try await features.posts.write.publish(draft.id, key: nil, by: ada)
            #expect(post.content == "1" && post.author.id == ada.user)
            #expect(try await features.posts.read.post(post.id, for: bob.user).content == "1")
            await expect(.draftNotFound) { try await features.posts.write.publish(draft.id, key: nil, by: ada) }
            try await write.delete(drafts[1].id, expecting: [1], by: ada)
            #expect(try await read(limit: 10, after: nil, by: ada).drafts.map(\.content) == ["5", "4", "3"])
            #expect(try await features.postCounters(ada.user) == [1, 1, 1])
        }
    }

    @Test func `an account has at most a hundred drafts, however many are created at once`() async throws {
        try await FeatureHarness.openParallel(4) { processes in
            let features = processes[0]
            let ada = try await features.user("ada")
            let created = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<110 {
                    group.addTask {
                        do throws(DomainError) {
                            _ = try await processes[index % 4].draft("x", by: ada)
                            return true
                        } catch {
                            #expect(error.code == .tooManyDrafts && error.kind == .conflict)
                            return false
                        }
                    }
                }
                return try await group.reduce(into: 0) { if $1 { $0 += 1 } }
            }
            #expect(created == 100)
            await expect(.tooManyDrafts) { try await features.schedule("x", at: Self.time(in: 3_600), by: ada) }
        }
    }

    @Test func `a deactivated account's post waits, a deleted account's drafts and jobs vanish`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let due = try await features.schedule("Now", at: Self.time(in: -1), by: ada)
            let active = Statement("test_active", "UPDATE accounts SET is_active = $2 WHERE id = $1")
            _ = try await features.database.write(active, [.id(ada.user), .boolean(false)])
            guard case .waiting = try await features.publishDue(due.id, of: ada) else {
                Issue.record("the post of a deactivated account was published")
                return
            }
            _ = try await features.database.write(active, [.id(ada.user), .boolean(true)])
            guard case .published = try await features.publishDue(due.id, of: ada) else {
                Issue.record("the post was not published")
                return
            }
            _ = try await features.schedule("Later", at: Self.time(in: 3_600), by: ada)
            let exports = AccountExports(features.database)
            let exported = try await exports.page(of: .drafts, of: ada.user, after: nil)
            #expect(exported.count == 1)
            #expect(exported.allSatisfy { String(decoding: $0.json, as: UTF8.self).contains(#""content": "Later""#) })
            let store = PostStore(features.database)
            while try await store.removeSome(of: ada.user) > 0 {}
            #expect(try await features.posts.readDrafts(limit: 10, after: nil, by: ada).drafts.isEmpty)
            #expect(try await features.jobs.enqueued(PublishDraft.self).isEmpty)
        }
    }

    @Test(arguments: [
        ("2026-11-30T12:00:00.000Z", true), ("2026-11-30T11:59:01Z", true), ("2026-11-30T11:58:59Z", false),
        ("2027-11-30T12:00:00Z", true), ("2027-11-30T12:00:01Z", false), ("tomorrow", false), ("", false),
        ("2026-12-01", false), ("2026-12-01T25:00:00Z", false), ("1764504000", false),
    ])
    func `a time is read in UTC, within a year, and at most a minute ago`(text: String, isValid: Bool) throws {
        let now = try #require(Timestamp(iso8601: "2026-11-30T12:00:00Z"))
        do throws(DomainError) {
            _ = try PublicationTime(text, field: "publishedAt", now: now)
            #expect(isValid)
        } catch {
            #expect(!isValid && error.field == "publishedAt" && error.kind == .invalid)
        }
    }

    private static func time(in seconds: Int) -> Timestamp {
        Timestamp(microseconds: Int64(Timestamp.now.unixMilliseconds + seconds * 1_000) * 1_000)
    }
}

extension FeatureHarness {
    func schedule(
        _ content: String, at time: Timestamp, visibility: PostVisibility = .everyone, by author: Caller
    ) async throws(DomainError) -> UserPost {
        try await posts.write.publish(
            PostDraft(content: content, mediaURLs: [], mediaType: nil, visibility: visibility), at: .later(time),
            by: author)
    }

    func draft(
        _ content: String, visibility: PostVisibility = .everyone, by author: Caller
    ) async throws(DomainError) -> UserDraft {
        try await posts.writeDrafts.create(
            PostDraft(content: content, mediaURLs: [], mediaType: nil, visibility: visibility), at: nil, key: nil,
            by: author)
    }

    /// Does what the job of a scheduled post does.
    func publishDue(_ post: PostID, of author: Caller) async throws -> PublishDrafts.Outcome {
        try await posts.write.publishDrafts.scheduled(post, of: author.user, trace: nil)
    }
}
