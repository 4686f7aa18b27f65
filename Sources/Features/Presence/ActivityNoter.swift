import Chassis
import Domain
import Jobs

/// Notes that somebody does something, with any request: sessions that were made by saying so once go on. At most once a
/// heartbeat for each session, and without waiting. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class ActivityNoter: @unchecked Sendable {
    private let store: PresenceStore
    private let times: PresenceTimes
    private let loop: EventLoop
    private var noted: [SessionID: UInt64] = [:]
    private static let limit = 50_000

    init(_ store: PresenceStore, _ times: PresenceTimes, on loop: EventLoop) {
        self.store = store
        self.times = times
        self.loop = loop
    }

    func note(_ principal: Principal) {
        let now = loop.now
        guard now >= noted[principal.session] ?? 0 else { return }
        if noted.count >= Self.limit { noted.removeAll(keepingCapacity: true) }
        noted[principal.session] = now + times.heartbeat.nanoseconds
        store.note(
            .activity, of: OwnPresence.session(principal), for: times.idle, awayAfter: times.idle, on: loop)
    }
}
