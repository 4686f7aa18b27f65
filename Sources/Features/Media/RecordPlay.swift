import Chassis
package import Domain
import Storage

/// Records that a listener receives the beginning of a track (S1-83). A play is written before its response, so that
/// one that was heard is never lost; only the first of a listener, track and hour is written and waits for PostgreSQL.
/// Those that come while plays are written are written together afterwards. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
package final class RecordPlay: @unchecked Sendable {
    /// Plays that are written by one statement, and the requests that wait for it.
    private struct Batch {
        var plays: Set<PlayStore.Play> = []
        var requests: [UnsafeContinuation<Void, Never>] = []
    }

    private let plays: PlayStore
    private let loop: EventLoop
    /// What is being written; nil while nothing is.
    private var current: Batch?
    private var next = Batch()
    /// What was written in this hour need not be written again: players ask for the first byte more than once.
    private var written: Set<PlayStore.Play> = []
    private var hour = 0
    private static let capacity = 50_000
    private static let retryInterval = Duration.seconds(1)

    init(_ plays: PlayStore, on loop: EventLoop) {
        self.plays = plays
        self.loop = loop
    }

    /// Returns when the play is written. A track is not refused because it cannot be counted: if PostgreSQL refuses the
    /// play, it is kept and written later.
    /// - Parameters:
    ///   - viewer: The listener; nil for one without a login.
    ///   - source: The address of a listener without a login.
    package func callAsFunction(_ track: MediaID, by viewer: UserID?, from source: String) async {
        let now = Timestamp.now.unixSeconds / 3_600
        if now != hour || written.count >= Self.capacity {
            hour = now
            written.removeAll(keepingCapacity: true)
            // Later they would be plays of another hour.
            if next.requests.isEmpty { next.plays.removeAll() }
        }
        let play = PlayStore.Play(track: track, listener: viewer?.description ?? source)
        guard !written.contains(play) else { return }
        await withUnsafeContinuation { request in
            if current?.plays.contains(play) == true {
                current?.requests.append(request)
            } else {
                next.plays.insert(play)
                next.requests.append(request)
                if current == nil { write() }
            }
        }
    }

    private func write() {
        let batch = next.plays
        (current, next) = (next, Batch())
        _ = loop.spawn { [self] in
            let isWritten: Bool
            do {
                try await plays.add(Array(batch))
                isWritten = true
            } catch {
                isWritten = false
            }
            end(isWritten)
        }
    }

    private func end(_ isWritten: Bool) {
        guard let ended = current else { return }
        current = nil
        for request in ended.requests { request.resume() }
        if isWritten {
            written.formUnion(ended.plays)
            if !next.plays.isEmpty { write() }
        } else {
            if next.plays.count < Self.capacity { next.plays.formUnion(ended.plays) }
            _ = loop.schedule(after: Self.retryInterval) { [self] in
                if current == nil, !next.plays.isEmpty { write() }
            }
        }
    }
}
