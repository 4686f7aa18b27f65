import Chassis
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

extension FeedStore: TestedFeed {
    static func id(of entry: Post) -> Identifier { entry.id.identifier }
    static let entries = Statement("test_posts", "SELECT id, author_id, visibility <> 'PRIVATE' FROM posts")

    static func write(
        in world: TimelineWorld<Self>, by person: Int, using random: inout SeededRandom, on database: Database
    ) async throws {
        let visibility = PostVisibility.allCases.randomElement(using: &random) ?? .everyone
        let dies = Int.random(in: 0..<3, using: &random) == 0
        switch (Int.random(in: 0..<10, using: &random), world.published.randomElement(using: &random)) {
        case (0, let old?): try await world.delete(old.entry, by: old.author, on: database)
        case (1...2, let old?):
            try await world.change(old.entry, by: old.author, to: visibility, pushes: !dies, on: database)
        default: try await world.publish(person, visibility, pushes: !dies, on: database)
        }
    }
}

extension TimelineWorld<FeedStore> {
    /// Publishes a post.
    /// - Parameters:
    ///   - pushes: Whether the process lives until it has added the post to its author's own timeline.
    ///   - database: On whose connection.
    @discardableResult
    func publish(
        _ person: Int, _ visibility: PostVisibility = .everyone, pushes: Bool = true, on database: Database? = nil
    ) async throws -> PostID {
        let provisional = PostID(unixMilliseconds: Timestamp.now.unixMilliseconds)
        let draft = PostDraft(content: "Hello", mediaURLs: [], mediaType: nil, visibility: visibility)
        let job = try push(provisional.identifier, by: person)
        let id = try #require(
            try await PostStore(database ?? environment.database).create(
                draft, by: people[person], enqueuing: visibility == .author ? [] : [job], as: provisional
            ).id)
        published.append((id.identifier, person))
        guard visibility != .author else { return id }
        jobs.append(job.naming(id.identifier, insteadOf: provisional.identifier))
        if pushes { try await store.push(id.identifier, to: [people[person]], .posts) }
        return id
    }

    /// Changes who sees a post.
    func change(
        _ post: Identifier, by person: Int, to visibility: PostVisibility, pushes: Bool = true,
        on database: Database? = nil
    ) async throws {
        let job = try push(post, by: person)
        var changes = PostChanges()
        changes.visibility = visibility
        let change = try await PostStore(database ?? environment.database).update(
            PostID(post), changes, by: people[person], enqueuing: [], pushedBy: job)
        guard case .written(isPushed: true) = change else { return }
        jobs.append(job)
        if pushes { try await store.push(post, to: [people[person]], .posts) }
    }

    func delete(_ post: Identifier, by person: Int, on database: Database? = nil) async throws {
        _ = try await PostStore(database ?? environment.database).delete(PostID(post), by: people[person])
    }

    /// Lets an author have as many followers as the test says, for the choice between pushed and pulled posts.
    func pretend(followers: Int, of person: Int = 0, on database: Database? = nil) async throws {
        let count = Statement("test_pretend", "UPDATE profiles SET followers_count = $2::integer WHERE user_id = $1")
        _ = try await (database ?? environment.database).write(count, [.id(people[person]), .integer(followers)])
    }

    private func push(_ post: Identifier, by person: Int) throws -> OutboxJob {
        try producer.outboxJob(PushToTimelines(.posts, by: people[person], entry: post), trace: nil)
    }
}
