import Domain

/// One claimed job.
struct Claimed {
    /// The id as Redis stores it.
    let name: String
    /// Nil for a name that is not an id.
    let id: JobID?
    /// Nil if this version does not understand the envelope.
    let envelope: Envelope?
    /// What Redis stores.
    let bytes: [UInt8]
    /// How many workers died while running it.
    let crashes: Int

    init?(name: String?, bytes: [UInt8]?, crashes: Int?) {
        guard let name, let bytes else { return nil }
        self.name = name
        self.bytes = bytes
        self.crashes = crashes ?? 0
        id = JobID(name)
        let envelope = Envelope(json: bytes)
        self.envelope = envelope?.id == id ? envelope : nil
    }

    /// Whether it may have an outbox row.
    var isDurable: Bool { id != nil && envelope?.isEphemeral != true }
}

/// A job that this worker runs. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class RunningJob: @unchecked Sendable {
    /// Why its task was cancelled from outside.
    enum Interruption {
        case overdue, cancelled, stopping
    }

    let claimed: Claimed
    let startedAt: UInt64
    /// Monotonic, in nanoseconds.
    var deadline = UInt64.max
    var task: Task<Void, Never>?
    /// Whether another job may run in its place.
    var hasReleasedSlot = false
    private(set) var interruption: Interruption?

    init(_ claimed: Claimed, at now: UInt64) {
        self.claimed = claimed
        startedAt = now
    }

    /// Cancels the task; the first reason counts.
    func interrupt(_ reason: Interruption) {
        guard interruption == nil else { return }
        interruption = reason
        task?.cancel()
    }
}
