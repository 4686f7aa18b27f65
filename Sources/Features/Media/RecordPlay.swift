import Chassis
package import Domain
import Storage

/// Records that a listener received the beginning of a track (S1-83). The plays of a moment are written together, after
/// the response has begun: a play is lost only if the process dies or PostgreSQL is away within that moment.
/// Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
package final class RecordPlay: @unchecked Sendable {
    private let plays: PlayStore
    private let loop: EventLoop
    private var waiting: Set<PlayStore.Play> = []
    /// What was written in this hour need not be written again: players ask for the first byte more than once.
    private var written: Set<PlayStore.Play> = []
    private var hour = 0
    private static let delay = Duration.milliseconds(200)
    private static let capacity = 50_000

    init(_ plays: PlayStore, on loop: EventLoop) {
        self.plays = plays
        self.loop = loop
    }

    /// - Parameters:
    ///   - viewer: The listener; nil for one without a login.
    ///   - source: The address of a listener without a login.
    package func callAsFunction(_ track: MediaID, by viewer: UserID?, from source: String) {
        let now = Timestamp.now.unixSeconds / 3_600
        if now != hour || written.count >= Self.capacity {
            hour = now
            written.removeAll(keepingCapacity: true)
        }
        let play = PlayStore.Play(track: track, listener: viewer?.description ?? source)
        guard written.insert(play).inserted else { return }
        if waiting.isEmpty { _ = loop.schedule(after: Self.delay) { self.flush() } }
        waiting.insert(play)
    }

    private func flush() {
        let batch = Array(waiting)
        waiting.removeAll(keepingCapacity: true)
        _ = loop.spawn { [self] in
            do {
                try await plays.add(batch)
            } catch {
                // The listener's next request tries again.
                written.subtract(batch)
            }
        }
    }
}
