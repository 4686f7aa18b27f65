import Chassis

/// How notifications are put together.
enum NotificationSettings {
    /// How long a mail waits for more to go into it.
    static let digestWindow = Setting(
        "NOTIFICATION_DIGEST_SECONDS", default: 60, in: 0...86_400, "seconds in which news are collected into one mail")
}
