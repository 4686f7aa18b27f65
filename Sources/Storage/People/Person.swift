package import Chassis
package import Domain
import Postgres

/// Somebody as others see them.
package struct Person: Sendable {
    package let id: UserID
    package let username: String
    package let avatar: MediaID?
    /// When they were there last, as it outlives Redis.
    package let lastSeenAt: Timestamp?
    /// Whether others see when they are there.
    package let showsOnlineStatus: Bool

    /// Reads `accounts.id`, `accounts.username`, `profiles.avatar_media_id`, `accounts.last_seen_at` and
    /// `profiles.show_online_status`.
    init(_ row: inout Row) throws(PostgresError) {
        id = try row.id(UserID.self)
        username = try row.text()
        avatar = try row.optionalID(MediaID.self)
        lastSeenAt = try row.optionalTimestamp()
        showsOnlineStatus = try row.bool()
    }
}
