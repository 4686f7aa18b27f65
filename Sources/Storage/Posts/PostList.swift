package import Chassis
package import Domain
import Postgres

/// A page of a list of posts that a user made, such as bookmarks: the newest entry first, with the posts that the
/// viewer sees.
package struct PostList<ID: EntityID>: Sendable {
    package struct Entry: Sendable {
        package let id: ID
        package let createdAt: Timestamp
        package let post: Post
    }

    package let entries: [Entry]
    /// The entry before the next page, maybe one whose post the viewer does not see; nil after the last page.
    package let next: ID?

    /// Reads rows of an entry's id and time, whether a statement looks at no older one, whether the viewer sees the
    /// post, and the columns of ``Post``. The row of an empty list has no id.
    /// - Parameter limit: The most entries of the page; the statement returns one more if there is one.
    init(_ rows: Rows, limit: Int) throws(PostgresError) {
        var entries: [Entry] = []
        var next: ID?
        for var row in rows {
            guard let id = try row.optionalID(ID.self) else { continue }
            let time = try row.timestamp()
            if try row.bool() { next = id }
            guard try row.bool() else { continue }
            if entries.count == limit {
                next = entries.last?.id
            } else {
                entries.append(Entry(id: id, createdAt: time, post: try Post(&row)))
            }
        }
        self.entries = entries
        self.next = next
    }
}
