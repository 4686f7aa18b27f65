import Jobs
import Storage

/// The use cases of presence, of one event loop.
package struct PresenceFeature: Sendable {
    package let update: UpdatePresence
    package let activity: ActivityRecorder
    let read: ReadPresence
    let store: PresenceStore

    package init(_ environment: FeatureEnvironment) {
        let times = environment.shared.settings.presenceTimes
        store = PresenceStore(environment.redis)
        read = ReadPresence(store: store)
        update = UpdatePresence(store: store, lastSeen: LastSeen(environment.database), times: times)
        activity = ActivityRecorder(store, times, on: environment.loop)
    }
}
