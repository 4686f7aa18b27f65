import Chassis

/// A numbered migration: SQL that runs once, in a transaction, and is never edited after it was shipped.
package struct Migration: Sendable, Equatable {
    /// Numbered, so that the names sort in the order of the migrations: `m0001_foundation`.
    package let name: String
    package let sql: String

    package init(name: String, sql: String) {
        self.name = name
        self.sql = sql
    }

    fileprivate init(_ name: String, _ embedded: [UInt8]) {
        self.init(name: name, sql: String(decoding: embedded, as: UTF8.self))
    }

    /// Distinguishes an edited migration from the shipped one: a guard against mistakes, not against an adversary.
    package var checksum: String { checksumText(sql) }
}

extension [Migration] {
    /// Every migration of the schema, in order. `checksums.txt` beside the files records those that are shipped.
    package static var all: [Migration] {
        [
            Migration("m0001_foundation", PackageResources.m0001_foundation_sql),
            Migration("m0002_jobs", PackageResources.m0002_jobs_sql),
            Migration("m0003_upkeep", PackageResources.m0003_upkeep_sql),
            Migration("m0004_identity", PackageResources.m0004_identity_sql),
            Migration("m0005_social", PackageResources.m0005_social_sql),
            Migration("m0006_notifications", PackageResources.m0006_notifications_sql),
            Migration("m0007_job_names", PackageResources.m0007_job_names_sql),
            Migration("m0009_sessions", PackageResources.m0009_sessions_sql),
            Migration("m0010_addresses_and_avatars", PackageResources.m0010_addresses_and_avatars_sql),
            Migration("m0012_deliveries", PackageResources.m0012_deliveries_sql),
            Migration("m0014_inbox_order", PackageResources.m0014_inbox_order_sql),
            Migration("m0015_search", PackageResources.m0015_search_sql),
            Migration("m0016_media", PackageResources.m0016_media_sql),
            Migration("m0017_push_service", PackageResources.m0017_push_service_sql),
            Migration("m0018_uploads", PackageResources.m0018_uploads_sql),
            Migration("m0019_musicians", PackageResources.m0019_musicians_sql),
            Migration("m0020_events", PackageResources.m0020_events_sql),
            Migration("m0021_timeline", PackageResources.m0021_timeline_sql),
            Migration("m0022_visible_follows", PackageResources.m0022_visible_follows_sql),
            Migration("m0023_posts", PackageResources.m0023_posts_sql),
            Migration("m0024_comments", PackageResources.m0024_comments_sql),
            Migration("m0025_follow_key", PackageResources.m0025_follow_key_sql),
            Migration("m0026_post_search", PackageResources.m0026_post_search_sql),
            Migration("m0027_sharing", PackageResources.m0027_sharing_sql),
            Migration("m0028_social_notifications", PackageResources.m0028_social_notifications_sql),
            Migration("m0029_drafts", PackageResources.m0029_drafts_sql),
            Migration("m0030_pulled_authors", PackageResources.m0030_pulled_authors_sql),
            Migration("m0031_public_posts", PackageResources.m0031_public_posts_sql),
            Migration("m0032_posts_of_author", PackageResources.m0032_posts_of_author_sql),
            Migration("m0033_open_messages", PackageResources.m0033_open_messages_sql),
            Migration("m0034_message_search", PackageResources.m0034_message_search_sql),
            Migration("m0035_notification_groups", PackageResources.m0035_notification_groups_sql),
            Migration("m0036_pictures_and_job_names", PackageResources.m0036_pictures_and_job_names_sql),
            Migration("m0037_moderation", PackageResources.m0037_moderation_sql),
            Migration("m0039_two_factor", PackageResources.m0039_two_factor_sql),
            Migration("m0040_analytics", PackageResources.m0040_analytics_sql),
            Migration("m0041_seen_cards", PackageResources.m0041_seen_cards_sql),
            Migration("m0042_group_summaries", PackageResources.m0042_group_summaries_sql),
            Migration("m0043_inbox_changes", PackageResources.m0043_inbox_changes_sql),
            Migration("m0044_user_events", PackageResources.m0044_user_events_sql),
        ]
    }
}

extension Migration {
    /// The checksums of the shipped migrations by name, from `checksums.txt`: a migration is recorded there when it is
    /// written, and a test fails if one changes afterwards.
    package static var recordedChecksums: [String: String] {
        let lines = String(decoding: PackageResources.checksums_txt, as: UTF8.self).split(separator: "\n")
        return Dictionary(
            uniqueKeysWithValues: lines.map { line in
                let parts = line.split(separator: " ")
                return (String(parts[0]), String(parts[1]))
            })
    }
}

/// Functions and views of one feature: SQL that replaces what an earlier version of the program created. It runs after
/// the migrations, whenever it has changed. Processes of the previous version keep running meanwhile, so a function
/// that they call keeps its name, parameters and results; one that needs others gets a new name.
package struct SQLFunctions: Sendable, Equatable {
    package let name: String
    package let sql: String

    package init(name: String, sql: String) {
        self.name = name
        self.sql = sql
    }

    fileprivate init(_ name: String, _ embedded: [UInt8]) {
        self.init(name: name, sql: String(decoding: embedded, as: UTF8.self))
    }

    package var checksum: String { checksumText(sql) }
}

extension [SQLFunctions] {
    /// All functions and views, in the order in which they can be created.
    package static var all: [SQLFunctions] {
        [
            SQLFunctions("views", PackageResources.views_sql),
            SQLFunctions("outbox", PackageResources.outbox_sql),
            SQLFunctions("idempotency", PackageResources.idempotency_sql),
            SQLFunctions("events", PackageResources.events_sql),
            SQLFunctions("user_events", PackageResources.user_events_sql),
            SQLFunctions("friends", PackageResources.friends_sql),
            SQLFunctions("activities", PackageResources.activities_sql),
            SQLFunctions("media", PackageResources.media_sql),
            SQLFunctions("uploads", PackageResources.uploads_sql),
            SQLFunctions("follows", PackageResources.follows_sql),
            SQLFunctions("pulled", PackageResources.pulled_sql),
            SQLFunctions("plays", PackageResources.plays_sql),
            SQLFunctions("accounts", PackageResources.accounts_sql),
            SQLFunctions("two_factor", PackageResources.two_factor_sql),
            SQLFunctions("search", PackageResources.search_sql),
            SQLFunctions("messages", PackageResources.messages_sql),
            SQLFunctions("profiles", PackageResources.profiles_sql),
            SQLFunctions("posts", PackageResources.posts_sql),
            SQLFunctions("public_posts", PackageResources.public_posts_sql),
            SQLFunctions("comments", PackageResources.comments_sql),
            SQLFunctions("shares", PackageResources.shares_sql),
            SQLFunctions("mutes", PackageResources.mutes_sql),
            SQLFunctions("post_search", PackageResources.post_search_sql),
            SQLFunctions("drafts", PackageResources.drafts_sql),
            SQLFunctions("notifications", PackageResources.notifications_sql),
            SQLFunctions("inbox_changes", PackageResources.inbox_changes_sql),
            SQLFunctions("counters", PackageResources.counters_sql),
            SQLFunctions("moderation", PackageResources.moderation_sql),
            SQLFunctions("moderation_actions", PackageResources.moderation_actions_sql),
            SQLFunctions("analytics", PackageResources.analytics_sql),
        ]
    }
}

private func checksumText(_ sql: String) -> String {
    let digits = String(FNV1a.hash(sql.utf8), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
