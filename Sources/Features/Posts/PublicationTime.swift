package import Chassis
package import Domain

/// When a post is to be published.
package enum PublicationTime: Sendable {
    case now
    /// In whole milliseconds, as the id of the post has them.
    case later(Timestamp)

    /// How far ahead a post is scheduled at most.
    package static let longest = Duration.seconds(365 * 86_400)
    /// A time so long ago is now: requests take time, and clocks differ.
    private static let tolerance = Duration.seconds(60)

    /// Reads a time in UTC as ISO 8601 has it.
    /// - Parameter field: The member that has it.
    /// - Throws: `validation_failed` for another text, and for a time in the past or more than a year ahead.
    package init(_ text: String, field: String, now: Timestamp = .now) throws(DomainError) {
        guard let time = Timestamp(iso8601: text) else {
            throw DomainError(field: field, reason: "\(field) must be a time in UTC like 2024-03-15T10:30:00Z")
        }
        guard time.adding(Self.tolerance) >= now else {
            throw DomainError(field: field, reason: "\(field) must not be in the past")
        }
        guard time <= now.adding(Self.longest) else {
            throw DomainError(field: field, reason: "\(field) must be within a year")
        }
        self = time > now ? .later(Timestamp(microseconds: time.microseconds / 1_000 * 1_000)) : .now
    }

    /// The time of a schedule.
    var time: Timestamp {
        switch self {
        case .now: Timestamp(microseconds: Int64(Timestamp.now.unixMilliseconds) * 1_000)
        case .later(let time): time
        }
    }
}
