import Chassis
import Domain
import Jobs

/// Extends the presence of users who send authenticated requests: a session that was made without heartbeats lives on.
/// At most once a heartbeat interval for each session, and without waiting. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
package final class ActivityRecorder: @unchecked Sendable {
    private let store: PresenceStore
    private let times: PresenceTimes
    private let loop: EventLoop
    /// When the next activity of a session is recorded, on the loop's clock, in nanoseconds.
    private var due: [SessionID: UInt64] = [:]
    private static let capacity = 50_000

    init(_ store: PresenceStore, _ times: PresenceTimes, on loop: EventLoop) {
        self.store = store
        self.times = times
        self.loop = loop
    }

    package func record(_ principal: Principal) {
        let now = loop.now
        guard now >= due[principal.session] ?? 0 else { return }
        if due.count >= Self.capacity { due.removeAll(keepingCapacity: true) }
        due[principal.session] = now + times.heartbeat.nanoseconds
        store.recordWithoutWaiting(
            .activity, of: PresenceSession(principal), for: times.idle, awayAfter: times.idle, on: loop)
    }
}
