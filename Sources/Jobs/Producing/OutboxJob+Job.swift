import Chassis
package import Domain

extension OutboxJob {
    /// Encodes a job as an outbox record.
    /// - Parameters:
    ///   - batch: The job that waits for this one.
    ///   - isWaiting: Whether this one waits for a batch.
    /// - Throws: ``JobTooLarge``.
    package init<Kind: Job>(
        _ job: Kind, id: JobID, trace: String?, after delay: Duration = .zero, in batch: JobID? = nil,
        isWaiting: Bool = false
    ) throws {
        let payload = try JobTooLarge.check(job)
        let milliseconds = Int(delay.nanoseconds / 1_000_000)
        let limits = JobLimit.json(job.limits)
        let uniqueness = job.uniqueness
        var record = JSONWriter(reserving: payload.count + 256)
        record.object { object in
            object.member("id", id.description)
            object.member("queue", Kind.queue.rawValue)
            object.member("kind", Kind.kind)
            object.member("payload", json: payload)
            if milliseconds > 0 { object.member("delay", milliseconds) }
            if isWaiting { object.member("state", "waiting") }
            if Kind.priority != .normal { object.member("priority", Kind.priority.rawValue) }
            if let limits { object.member("limits", limits) }
            if let batch { object.member("batch_id", batch.description) }
            if let trace { object.member("trace", trace) }
            if let uniqueness {
                object.member("unique_key", Kind.kind + ":" + uniqueness.key)
                if let seconds = uniqueness.seconds { object.member("unique_seconds", seconds) }
            }
            if let retention = Kind.retention { object.member("retain_seconds", Int(retention.components.seconds)) }
        }
        self.init(
            id: id, queue: Kind.queue.rawValue, kind: Kind.kind, payload: payload, trace: trace,
            priority: Kind.priority.rawValue, delay: milliseconds, limits: limits, batch: batch,
            isUnique: uniqueness != nil, isWaiting: isWaiting, record: record.bytes)
    }
}

extension Envelope {
    /// The envelope of a job that was just committed.
    package init(_ job: OutboxJob, attempt: Int = 0, isEphemeral: Bool = false) {
        self.init(
            id: job.id, kind: job.kind, attempt: attempt, trace: job.trace,
            enqueuedAt: Timestamp.now.unixMilliseconds + job.delay, priority: Priority(number: job.priority),
            batch: job.batch, isEphemeral: isEphemeral, args: job.payload)
    }
}
