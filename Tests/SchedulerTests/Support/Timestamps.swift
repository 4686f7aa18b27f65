import Chassis
import Synchronization

/// Moments that tasks noted; any thread.
final class Timestamps: Sendable {
    private let moments = Mutex<[Timestamp]>([])
    func add(_ more: [Timestamp]) { moments.withLock { $0 += more } }
    var all: [Timestamp] { moments.withLock { $0 } }
}
