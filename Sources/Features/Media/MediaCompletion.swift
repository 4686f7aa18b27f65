import Chassis
import Domain
import Jobs

/// The requests of one event loop that wait until a worker has finished with their file. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
package final class MediaCompletion: @unchecked Sendable {
    private let loop: EventLoop
    private var waiting: [MediaID: UnsafeContinuation<Void, Never>] = [:]

    init(on loop: EventLoop) {
        self.loop = loop
    }

    /// Applies a message of the channel ``MediaFinished/channel``.
    package func apply(_ message: [UInt8]) {
        guard let finished = MediaFinished(message: message) else { return }
        resume(finished.media)
    }

    /// Returns when the file is finished or the time is over; the row tells which.
    /// - Parameter begin: Starts the work; called when no message can be missed any more.
    func wait(for media: MediaID, atMost time: Duration, after begin: () -> Void) async {
        let timer = loop.schedule(after: time) { self.resume(media) }
        defer { timer.cancel() }
        await withUnsafeContinuation { continuation in
            waiting[media] = continuation
            begin()
        }
    }

    private func resume(_ media: MediaID) {
        waiting.removeValue(forKey: media)?.resume()
    }
}
