import Domain
import Jobs
import Postgres
import Storage

@testable import Features

/// The rule of a feed, computed from the rows by other means than the product's.
struct FeedRows {
    private struct Entry {
        let id: Identifier
        let author: UserID
        let isShown: Bool
    }

    private let includesAuthor: Bool
    private var entries: [Entry] = []
    private var follows: Set<[UserID]> = []
    private var blocks: Set<[UserID]> = []
    private var mutes: Set<[UserID]> = []
    private var active: Set<UserID> = []

    init<Feed: TestedFeed>(_ database: Database, _ feed: Feed.Type) async throws {
        includesAuthor = Feed.kind.includesAuthor
        for var row in try await database.read(Feed.entries) {
            entries.append(
                Entry(
                    id: try row.id(PostID.self).identifier, author: try row.id(UserID.self),
                    isShown: try row.bool()))
        }
        entries.sort { $0.id > $1.id }
        follows = try await Self.pairs(
            Statement("test_follows", "SELECT follower_id, following_id FROM follows WHERE NOT is_hidden"), database)
        blocks = try await Self.pairs(Statement("test_blocks", "SELECT blocker_id, blocked_id FROM blocks"), database)
        mutes = try await Self.pairs(Statement("test_mutes", "SELECT muter_id, muted_id FROM mutes"), database)
        for var row in try await database.read(Statement("test_active", "SELECT id FROM accounts WHERE is_active")) {
            active.insert(try row.id(UserID.self))
        }
    }

    private static func pairs(_ statement: Statement, _ database: Database) async throws -> Set<[UserID]> {
        var pairs: Set<[UserID]> = []
        for var row in try await database.read(statement) {
            pairs.insert([try row.id(UserID.self), try row.id(UserID.self)])
        }
        return pairs
    }

    func feed(of reader: UserID, before last: Identifier? = nil, limit: Int = 50) -> [Identifier] {
        let authors = active.filter { author in
            includesAuthor && author == reader
                || follows.contains([reader, author]) && !blocks.contains([reader, author])
                    && !blocks.contains([author, reader]) && !mutes.contains([reader, author])
        }
        let visible = entries.lazy.filter { entry in
            entry.isShown && authors.contains(entry.author) && (last.map { entry.id < $0 } ?? true)
        }
        return visible.prefix(limit).map(\.id)
    }
}
