package import Chassis
import Foundation
import Postgres

/// A database of version 0.1.0, as that version left it: four accounts with friends, requests, messages, a file and
/// notifications, and at least one unfinished job of each of its kinds, two of them delayed, and one dead-lettered.
package enum EarlierVersion {
    /// The kinds of its jobs, by the names of that version.
    package static let jobKinds: Set<String> = [
        "announce", "announce-to", "delete-account", "expire-presence", "export-account", "make-avatar", "notify",
        "prune-exports", "prune-jobs", "prune-sessions", "reconcile-counters", "remove-media",
        "remove-orphaned-uploads", "report-first-friend", "send-digest", "send-password-changed", "send-push",
        "send-reset-password", "send-sign-in-notice", "send-verification", "send-web-push", "send-welcome",
    ]

    /// Replaces everything in a database by the dump. Blocks: not for an event loop.
    package static func restore(into url: Secret<String>) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Resources/version-0.1.sql"
        let dump = try String(contentsOfFile: file, encoding: .utf8)
        try BlockingConnection.open(url).run("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
        // A connection of its own: the dump sets parameters of its session.
        try BlockingConnection.open(url).run(dump)
        // As on the day of the dump: its tokens, sessions and exports have not expired.
        try BlockingConnection.open(url).run(
            """
            UPDATE account_links SET expires_at = now() + interval '1 hour';
            UPDATE sessions SET expires_at = now() + interval '7 days';
            UPDATE account_exports SET expires_at = now() + interval '7 days';
            """)
    }
}
