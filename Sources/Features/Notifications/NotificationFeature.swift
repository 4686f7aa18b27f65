import Domain
import Storage
import Web

/// The use cases of notifications, of one event loop.
package struct NotificationFeature: Sendable {
    package let inbox: ReadInbox
    package let groups: ReadGroupedInbox
    package let settings: ManageNotificationSettings
    package let pushSubscriptions: ManagePushSubscriptions
    package let publishAnnouncement: PublishAnnouncement

    package init(_ environment: FeatureEnvironment) {
        let notifications = NotificationStore(environment.database, events: environment.events)
        inbox = ReadInbox(notifications: notifications)
        groups = ReadGroupedInbox(
            inbox: GroupedInbox(environment.database, events: environment.events), notifications: notifications,
            catalog: .standard)
        let preferences = PreferenceStore(environment.database)
        settings = ManageNotificationSettings(
            preferences: preferences,
            timeZones: TimeZoneNames(
                known: environment.shared.timeZones, preferences: preferences, loop: environment.loop))
        pushSubscriptions = ManagePushSubscriptions(
            subscriptions: PushSubscriptions(environment.database), pushSender: environment.shared.pushSender,
            destinations: .named(acceptsLoopback: environment.shared.settings.acceptsLocalEndpoints))
        publishAnnouncement = PublishAnnouncement(
            announcements: AnnouncementStore(environment.database),
            accounts: AccountStore(environment.database), producer: environment.producer)
    }
}
