package import Chassis
package import Domain
import Postgres

/// A post that is not published: a draft, or with a time a scheduled post. Its author alone sees it.
package struct Draft: Sendable {
    /// A time and the id that the post will have, which has this time.
    package struct Schedule: Sendable {
        package let publishAt: Timestamp
        package let post: PostID
    }

    package let id: DraftID
    package let author: UserCard
    package let content: String
    /// A JSON array of addresses.
    package let mediaURLs: [UInt8]
    package let mediaType: PostMediaType?
    package let visibility: PostVisibility
    package let schedule: Schedule?
    /// How often its author has changed it, counted from 1.
    package let version: Int
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    /// Reads a row of the view `draft_entries`.
    init(_ row: inout Row) throws(PostgresError) {
        id = try row.id(DraftID.self)
        author = try UserCard(&row)
        content = try row.text()
        mediaURLs = try row.json()
        mediaType = try row.optionalText().flatMap(PostMediaType.init)
        visibility = try row.word(PostVisibility.self)
        let (time, post) = (try row.optionalTimestamp(), try row.optionalID(PostID.self))
        if let time, let post { schedule = Schedule(publishAt: time, post: post) } else { schedule = nil }
        version = try row.int()
        createdAt = try row.timestamp()
        updatedAt = try row.timestamp()
    }
}

/// Changes of a draft by its author: those of a post, and of the time. Nil keeps the time, the inner nil withdraws the
/// post from the schedule.
package struct DraftChanges: Sendable {
    package var post: PostChanges
    package var publishAt: Change<Timestamp>

    package init(_ post: PostChanges, publishAt: Change<Timestamp> = nil) {
        self.post = post
        self.publishAt = publishAt
    }

    /// The parameter of the SQL function `update_draft`: a missing member keeps the column.
    var record: [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            post.write(to: &object)
            if let publishAt { object.member("publish_at", publishAt, .milliseconds) }
        }
        return writer.bytes
    }
}

/// A post that waits for its time: what `create_draft` and `update_draft` enqueue for it.
package struct NewSchedule: Sendable {
    package let publishAt: Timestamp
    /// The id that the post will have, made of its time.
    package let post: PostID
    /// The job that publishes it. It becomes due at the time by PostgreSQL's clock.
    package let job: OutboxJob

    package init(publishAt: Timestamp, post: PostID, job: OutboxJob) {
        self.publishAt = publishAt
        self.post = post
        self.job = job
    }
}
