import Chassis
import Domain
import Redis

extension Consumer {
    /// For how many seconds a kind that no handler knows is kept waiting: during a deployment an older worker may meet it first.
    private static let unknownKindLimit = 3_600

    func failed(_ job: RunningJob, _ envelope: Envelope, _ handler: JobHandler, _ error: any Error) async {
        switch job.interruption {
        // It stays in this worker's hash, and is handed back at the end.
        case .stopping: return
        case .cancelled:
            acknowledged.append(job.claimed.name)
            return
        case .overdue, nil: break
        }
        let reason = job.interruption == .overdue ? "took longer than \(handler.timeout)" : "\(error)"
        let attempt = envelope.attempt + 1
        switch error {
        case JobError.alreadyDone:
            acknowledged.append(job.claimed.name)
        case JobError.snooze(let time) where job.interruption == nil:
            await postpone(job, envelope, milliseconds: Int(time.nanoseconds / 1_000_000))
        case JobError.permanent(let reason):
            metrics.failed(envelope.kind)
            await bury(job, attempt: attempt, reason: reason)
        case _ where attempt >= handler.attempts:
            metrics.failed(envelope.kind)
            await bury(job, attempt: attempt, reason: reason)
        default:
            metrics.failed(envelope.kind)
            await retry(job, envelope, attempt: attempt, reason: reason)
        }
    }

    /// Kept, not dropped: the worker that knows it may be started next.
    func keepUnknown(_ job: RunningJob, _ envelope: Envelope, _ progress: Outbox.Progress?) async {
        if (progress?.ageSeconds ?? envelope.id.identifier.ageSeconds) < Self.unknownKindLimit {
            log.warning("no handler knows this kind, kept for later", ["kind": .text(envelope.kind)])
            await postpone(job, envelope, milliseconds: 10_000)
        } else {
            await bury(job, attempt: envelope.attempt, reason: "no handler knows the kind \(envelope.kind)")
        }
    }

    /// First the row, then Redis; when PostgreSQL does not answer, Redis alone keeps the attempt.
    private func retry(_ job: RunningJob, _ envelope: Envelope, attempt: Int, reason: String) async {
        let milliseconds = Backoff.delay(after: attempt)
        log.warning(
            "job failed, will be tried again",
            [
                "job": .text(job.claimed.name), "kind": .text(envelope.kind), "error": .text(reason),
                "attempt": .number(attempt), "milliseconds": .number(milliseconds),
            ])
        if !envelope.isEphemeral {
            try? await outbox.retry(envelope.id, attempt: attempt, milliseconds: milliseconds, error: reason)
        }
        await delay(job, envelope.trying(attempt), milliseconds)
    }

    private func postpone(_ job: RunningJob, _ envelope: Envelope, milliseconds: Int) async {
        if !envelope.isEphemeral { try? await outbox.snooze(envelope.id, milliseconds: milliseconds) }
        await delay(job, envelope, milliseconds)
    }

    /// Goes on until Redis has heard it, or the worker stops: as long as this worker lives nobody else would take it.
    private func delay(_ job: RunningJob, _ envelope: Envelope, _ milliseconds: Int) async {
        let arguments = [
            RedisArgument(worker), RedisArgument(job.claimed.name),
            RedisArgument(envelope.waiting(since: Timestamp.now.unixMilliseconds + milliseconds).json),
            RedisArgument(max(1, milliseconds)), RedisArgument(envelope.priority.letter),
        ]
        while (try? await redis.run(QueueScripts.retry, of: keys, arguments)) == nil, !isStopping {
            try? await loop.sleep(for: .milliseconds(500))
        }
    }

    /// Dead: in its row if it has one, else in Redis. Goes on until that is written, or the worker stops.
    func bury(_ job: RunningJob, attempt: Int, reason: String) async {
        let claimed = job.claimed
        log.error("job is dead", ["job": .text(claimed.name), "reason": .text(reason)])
        metrics.buried(claimed.envelope?.kind)
        while job.interruption != .stopping {
            do {
                var row: JobID?
                if claimed.isDurable, let id = claimed.id { row = try await outbox.queued(among: [id]).keys.first }
                // Cancelled meanwhile, or ended by another run.
                if claimed.isDurable, claimed.envelope != nil, row == nil {
                    acknowledged.append(claimed.name)
                    return
                }
                if let envelope = claimed.envelope { try await handlers[envelope.kind]?.whenDead(envelope.args) }
                if let row {
                    try await outbox.bury(row, attempt: attempt, error: reason)
                    if let batch = claimed.envelope?.batch { batches.insert(batch) }
                    acknowledged.append(claimed.name)
                } else {
                    _ = try await redis.run(
                        QueueScripts.bury, of: keys,
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

extension Envelope {
    /// The same job, to be run from a moment on: the time until then is no waiting.
    fileprivate func waiting(since milliseconds: Int) -> Envelope {
        Envelope(
            id: id, kind: kind, attempt: attempt, trace: trace, enqueuedAt: milliseconds, priority: priority,
            batch: batch, isEphemeral: isEphemeral, args: args)
    }
}

extension Identifier {
    /// Since it was made, by the clocks of its maker and of this machine. One that somebody made up may say any time.
    fileprivate var ageSeconds: Int { abs(Timestamp.now.unixMilliseconds - unixMilliseconds) / 1_000 }
}
