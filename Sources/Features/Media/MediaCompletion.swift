import Chassis
import Domain
import Jobs
import Redis

/// Requests of this loop that wait until a worker has looked at their file. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class MediaCompletion: @unchecked Sendable {
    private let loop: EventLoop
    private var waiting: [MediaID: UnsafeContinuation<Void, Never>] = [:]

    init(on loop: EventLoop) {
        self.loop = loop
    }

    /// Somebody said that a file is finished.
    func heard(_ message: [UInt8]) {
        guard let finished = MediaFinished(message: message) else { return }
        wake(finished.media)
    }

    /// Returns when the file is finished or the time is over; which of them, the row tells.
    /// - Parameter begin: What makes the work start; called when nothing can be missed any more.
    func wait(for media: MediaID, atMost time: Duration, after begin: () -> Void) async {
        let timer = loop.schedule(after: time) { self.wake(media) }
        defer { timer.cancel() }
        await withUnsafeContinuation { continuation in
            waiting[media] = continuation
            begin()
        }
    }

    private func wake(_ media: MediaID) {
        waiting.removeValue(forKey: media)?.resume()
    }
}
