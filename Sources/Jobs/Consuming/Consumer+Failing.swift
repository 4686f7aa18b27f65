import Chassis
import Domain
import Redis

extension Consumer {
    /// For how many seconds a job of an unknown kind is kept: during a deployment an older worker may claim it first.
    private static let unknownKindLimit = 3_600

    func failed(
        _ job: RunningJob, _ envelope: Envelope, _ handler: JobHandler, _ progress: Outbox.Progress?,
        _ error: any Error
    ) async {
        switch job.interruption {
        // It stays in this worker's hash, and is handed back at the end.
        case .stopping: return
        case .cancelled:
            acknowledged.append(job.claimed.name)
            return
        case .overdue, nil: break
        }
        let reason = job.interruption == .overdue ? "timed out after \(handler.timeout)" : "\(error)"
        let attempt = envelope.attempt + 1
        switch error {
        case JobError.alreadyDone:
            acknowledged.append(job.claimed.name)
        case JobError.snooze(let time) where job.interruption == nil:
            await snooze(job, envelope, milliseconds: Int(time.nanoseconds / 1_000_000))
        case JobError.unsupported(let reason):
            await keepForNewerWorker(job, envelope, progress, reason)
        case let error as any MachineError where error.machineCondition != nil:
            guard let condition = error.machineCondition else { return }
            await postpone(job, envelope, handler, condition, reason: reason)
        case JobError.permanent(let reason):
            metrics.failed(envelope.kind)
            await deadLetter(job, attempt: attempt, reason: reason)
        case _ where attempt >= handler.attempts:
            metrics.failed(envelope.kind)
            await deadLetter(job, attempt: attempt, reason: reason)
        default:
            metrics.failed(envelope.kind)
            await retryLater(job, envelope, attempt: attempt, reason: reason)
        }
    }

    // MARK: Unknown kinds

    /// Keeps a job without a handler: the worker that has one may start next. If the row has another kind or queue than
    /// the envelope, a migration has renamed the job since it was pushed: then the row replaces the copy in Redis.
    func handleUnknownKind(_ job: RunningJob, _ envelope: Envelope, _ progress: Outbox.Progress?) async {
        if progress != nil, let row = try? await outbox.rows([envelope.id]).first,
            row.envelope.kind != envelope.kind || row.queue != queue.rawValue
        {
            return await replace(job, by: row)
        }
        await keepForNewerWorker(job, envelope, progress, "no handler for the kind \(envelope.kind)")
    }

    /// Tries a job again for an hour that this version of the program does not understand.
    private func keepForNewerWorker(
        _ job: RunningJob, _ envelope: Envelope, _ progress: Outbox.Progress?, _ reason: String
    ) async {
        if (progress?.ageSeconds ?? envelope.id.identifier.ageSeconds) < Self.unknownKindLimit {
            log.warning(
                "job of another version, trying again later",
                ["job": .text(job.claimed.name), "kind": .text(envelope.kind), "reason": .text(reason)])
            await snooze(job, envelope, milliseconds: 10_000)
        } else {
            await deadLetter(job, attempt: envelope.attempt, reason: reason)
        }
    }

    /// Replaces the copy in Redis by the row, in this queue or in the one that the row names. Continues until Redis has
    /// it, or the worker stops; a second worker that does the same changes nothing, because an id is queued once.
    private func replace(_ job: RunningJob, by row: WaitingJob) async {
        log.info(
            "replaced a renamed job",
            [
                "job": .text(job.claimed.name), "kind": .text(row.envelope.kind), "queue": .text(row.queue),
            ])
        guard row.queue != queue.rawValue else {
            return await reschedule(job, row.envelope, milliseconds: row.delay)
        }
        while (try? await Pusher(redis: redis).push([row])) == nil {
            // It stays in this worker's hash, and is handed back at the end.
            if isStopping { return }
            try? await loop.sleep(for: .milliseconds(500))
        }
        acknowledged.append(job.claimed.name)
    }

    // MARK: Trying again

    /// Runs a job again when a condition of the machine may have ended; that is no fault of the job and uses up no
    /// attempt. An ephemeral job that is never tried again ends instead: its next run does the work.
    private func postpone(
        _ job: RunningJob, _ envelope: Envelope, _ handler: JobHandler, _ condition: MachineCondition, reason: String
    ) async {
        let milliseconds = conditions.raised(condition, by: envelope.kind, reason: reason, now: loop.now)
        metrics.postponed(envelope.kind)
        if envelope.isEphemeral, handler.attempts == 1 {
            acknowledged.append(job.claimed.name)
            return
        }
        if !envelope.isEphemeral {
            try? await outbox.postpone(
                envelope.id, milliseconds: milliseconds, error: "\(condition.rawValue): \(reason)")
        }
        await reschedule(job, envelope, milliseconds: milliseconds)
    }

    /// Updates the row, then Redis; when PostgreSQL is unavailable, Redis alone keeps the attempt.
    private func retryLater(_ job: RunningJob, _ envelope: Envelope, attempt: Int, reason: String) async {
        let milliseconds = Backoff.delay(after: attempt)
        log.warning(
            "job failed, trying again later",
            [
                "job": .text(job.claimed.name), "kind": .text(envelope.kind), "error": .text(reason),
                "attempt": .number(attempt), "milliseconds": .number(milliseconds),
            ])
        if !envelope.isEphemeral {
            try? await outbox.reschedule(envelope.id, attempt: attempt, milliseconds: milliseconds, error: reason)
        }
        await reschedule(job, envelope.withAttempt(attempt), milliseconds: milliseconds)
    }

    private func snooze(_ job: RunningJob, _ envelope: Envelope, milliseconds: Int) async {
        if !envelope.isEphemeral { try? await outbox.snooze(envelope.id, milliseconds: milliseconds) }
        await reschedule(job, envelope, milliseconds: milliseconds)
    }

    /// Moves a job to the delayed ones. Continues until Redis has it, or the worker stops: as long as this worker lives
    /// no other claims the job.
    private func reschedule(_ job: RunningJob, _ envelope: Envelope, milliseconds: Int) async {
        let arguments = [
            RedisArgument(worker), RedisArgument(job.claimed.name),
            RedisArgument(envelope.waiting(since: Timestamp.now.unixMilliseconds + milliseconds).json),
            RedisArgument(max(1, milliseconds)), RedisArgument(envelope.priority.letter),
        ]
        while (try? await redis.run(QueueScripts.reschedule, of: keys, arguments)) == nil, !isStopping {
            try? await loop.sleep(for: .milliseconds(500))
        }
    }

    // MARK: Dead letters

    /// Dead-letters a job, in its row if it has one, else in Redis. Continues until that is written, or the worker
    /// stops.
    func deadLetter(_ job: RunningJob, attempt: Int, reason: String) async {
        let claimed = job.claimed
        log.error("dead-lettered a job", ["job": .text(claimed.name), "reason": .text(reason)])
        metrics.deadLettered(claimed.envelope?.kind)
        while job.interruption != .stopping {
            do {
                var row: JobID?
                if claimed.isDurable, let id = claimed.id { row = try await outbox.queued(among: [id]).keys.first }
                // Cancelled meanwhile, or ended by another run.
                if claimed.isDurable, claimed.envelope != nil, row == nil {
                    acknowledged.append(claimed.name)
                    return
                }
                if let envelope = claimed.envelope { try await handlers[envelope.kind]?.onDeadLetter(envelope.args) }
                if let row {
                    try await outbox.deadLetter(row, attempt: attempt, error: reason)
                    if let batch = claimed.envelope?.batch { batches.insert(batch) }
                    acknowledged.append(claimed.name)
                } else {
                    _ = try await redis.run(
                        QueueScripts.deadLetter, of: keys,
                        [
                            RedisArgument(worker), RedisArgument(claimed.name), RedisArgument(reason),
                            RedisArgument(claimed.bytes),
                        ])
                }
                return
            } catch {
                try? await loop.sleep(for: .seconds(1))
            }
        }
    }
}

/// The delay before the next attempt: exponential with full jitter (Brooker, "Exponential Backoff And Jitter", AWS
/// Architecture Blog, 2015), so that jobs that failed together do not run again together.
package enum Backoff {
    static let base = 1_000
    static let cap = 600_000

    /// - Parameter attempt: How many attempts have failed; 1 or more.
    /// - Returns: Milliseconds, 100 to 600,000.
    package static func delay(after attempt: Int, random: (ClosedRange<Int>) -> Int = { Int.random(in: $0) }) -> Int {
        let ceiling = min(cap, base << min(max(attempt - 1, 0), 20))
        return max(100, random(0...ceiling))
    }
}

extension Envelope {
    /// Returns the same job with a later due time, so that the time until then does not count as waiting.
    fileprivate func waiting(since milliseconds: Int) -> Envelope {
        Envelope(
            id: id, kind: kind, attempt: attempt, trace: trace, enqueuedAt: milliseconds, priority: priority,
            batch: batch, isEphemeral: isEphemeral, args: args)
    }
}

extension Identifier {
    /// The age by the clocks of its maker and of this machine. An id from another source may hold any time.
    fileprivate var ageSeconds: Int { abs(Timestamp.now.unixMilliseconds - unixMilliseconds) / 1_000 }
}
