import Domain
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// Beside the document of `/api/v1`: edits of posts and comments.
@Suite(.database) struct PostVersionTests {
    // S2-92
    @Test func `a version is kept when text or files change, and only then`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let post = try await features.publish("One", by: ada)
            #expect(post.editedAt == nil && post.version == 1)
            var changes = PostChanges()
            changes.content = "One"
            changes.visibility = .followers
            let same = try await features.posts.write.update(post.id, changes, by: ada)
            #expect(same.editedAt == nil && same.version == 2)
            #expect(try await features.versions(of: post.id, by: ada).map(\.content) == ["One"])
            changes.content = "Two"
            let edited = try await features.posts.write.update(post.id, changes, by: ada)
            #expect(edited.editedAt == edited.updatedAt)
            changes = PostChanges()
            changes.mediaURLs = ["https://example.com/a.jpg"]
            _ = try await features.posts.write.update(post.id, changes, by: ada)
            let versions = try await features.versions(of: post.id, by: ada)
            #expect(versions.map(\.content) == ["Two", "Two", "One"])
            #expect(versions.map(\.isCurrent) == [true, false, false])
            #expect(versions.map { String(decoding: $0.mediaURLs, as: UTF8.self) }.last == "[]")
            #expect(versions[2].createdAt == post.createdAt && versions[1].createdAt == edited.editedAt)
            let exported = try await AccountExports(features.database).versions(of: ada.user, after: nil)
            #expect(exported.count == 2)
            let rest = try await AccountExports(features.database).versions(of: ada.user, after: exported.first?.id)
            #expect(rest.count == 1)
            try await features.posts.write.delete(post.id, by: ada)
            #expect(try await AccountExports(features.database).versions(of: ada.user, after: nil).isEmpty)
        }
    }

    @Test func `fifty versions are kept beside the current one, in pages`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let post = try await features.publish("0", by: ada)
            var changes = PostChanges()
            for number in 1...53 {
                changes.content = "\(number)"
                _ = try await features.posts.write.update(post.id, changes, by: ada)
            }
            var seen: [String] = []
            var last: Int?
            repeat {
                let page = try await features.posts.read.versions(of: post.id, limit: 20, before: last, by: ada)
                seen += page.versions.map(\.content)
                last = page.next
            } while last != nil
            #expect(seen == (3...53).reversed().map { "\($0)" })
        }
    }

    // S2-91
    @Test func `the author and moderators who see a post see its versions`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob, eve) = (
                try await features.user("ada"), try await features.user("bob"), try await features.user("eve")
            )
            let moderator = Statement("test_moderator", "UPDATE accounts SET role = 'MODERATOR' WHERE id = $1")
            _ = try await features.database.write(moderator, [.id(eve.user)])
            let post = try await features.publish("Hello", by: ada)
            let secret = try await features.publish("Secret", visibility: .author, by: ada)
            await expect(.roleRequired, .forbidden) { try await features.versions(of: post.id, by: bob) }
            #expect(try await features.versions(of: post.id, by: eve).count == 1)
            #expect(try await features.versions(of: secret.id, by: ada).count == 1)
            for reader in [bob, eve] {
                await expect(.postNotFound, .notFound) { try await features.versions(of: secret.id, by: reader) }
            }
        }
    }

    // S2-92, S2-94, S2-104, S2-105
    @Test func `of two editors who read the same version, one wins`() async throws {
        try await FeatureHarness.openParallel(2) { processes in
            let features = processes[0]
            let ada = try await features.user("ada")
            let post = try await features.publish("Hello", by: ada)
            let comment = try await features.posts.writeComments.comment(on: post.id, "Nice", by: ada)
            for version in 1...10 {
                for part in 0..<2 {
                    let won = await withTaskGroup(of: Bool.self) { group in
                        for process in processes {
                            group.addTask {
                                do throws(DomainError) {
                                    if part == 0 {
                                        _ = try await process.posts.write.update(
                                            post.id, PostChanges(), expecting: [version], by: ada)
                                    } else {
                                        _ = try await process.posts.writeComments.update(
                                            comment.id, "\(version)", expecting: [version, 1_000], by: ada)
                                    }
                                    return true
                                } catch {
                                    #expect(error.code == .preconditionFailed && error.kind == .conflict)
                                    return false
                                }
                            }
                        }
                        return await group.reduce(into: 0) { if $1 { $0 += 1 } }
                    }
                    #expect(won == 1)
                }
            }
            let seen = try await features.posts.readComments.comment(comment.id, for: nil)
            #expect(seen.version == 11 && seen.editedAt == seen.updatedAt)
            await expect(.preconditionFailed) {
                try await features.posts.writeComments.delete(comment.id, expecting: [10], by: ada)
            }
            try await features.posts.writeComments.delete(comment.id, expecting: [11], by: ada)
            await expect(.commentNotFound, .notFound) {
                try await features.posts.readComments.comment(comment.id, for: ada.user)
            }
            await expect(.preconditionFailed) {
                try await features.posts.write.delete(post.id, expecting: [], by: ada)
            }
            // Likes are no change of the post.
            try await features.posts.like.like(post.id, by: ada)
            try await features.posts.write.delete(post.id, expecting: [11], by: ada)
        }
    }
}

extension FeatureHarness {
    fileprivate func versions(of post: PostID, by reader: Caller) async throws(DomainError) -> [UserPostVersion] {
        try await posts.read.versions(of: post, limit: 50, before: nil, by: reader).versions
    }
}
