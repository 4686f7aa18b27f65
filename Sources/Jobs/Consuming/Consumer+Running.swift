import Chassis
import Domain
import Redis

extension Consumer {
    /// A job to run with the progress in its row.
    struct Start {
        let claimed: Claimed
        let progress: Outbox.Progress?
    }

    /// Returns the claimed jobs that are still to be done; the others only wait for their acknowledgement. Jobs whose
    /// handlers find out themselves count as queued.
    func stillQueued(_ claimed: [Claimed]) async throws -> [Start] {
        let durable = claimed.filter(needsRow).compactMap(\.id)
        guard !durable.isEmpty else { return claimed.map { Start(claimed: $0, progress: nil) } }
        // If PostgreSQL is unavailable none of them runs: done ones would run again, and those that need PostgreSQL
        // would use up their attempts. The next claim requeues them, because this worker does not count them as held.
        let queued = try await outbox.queued(among: durable)
        var starts: [Start] = []
        for job in claimed {
            let progress = job.id.flatMap { queued[$0] }
            if needsRow(job), job.envelope != nil, progress == nil {
                acknowledged.append(job.name)
            } else {
                starts.append(Start(claimed: job, progress: progress))
            }
        }
        return starts
    }

    private func needsRow(_ job: Claimed) -> Bool {
        job.isDurable && (job.envelope.flatMap { handlers[$0.kind] }?.checksRow ?? true)
    }

    /// Starts jobs, each in a task of its own.
    func begin(_ starts: [Start]) {
        for start in starts {
            // It was requeued when the lease was lost, was claimed again, and never stopped running here.
            if running[start.claimed.name] != nil { continue }
            if start.claimed.crashes >= Self.suspectLimit, !isStopping {
                suspects.append(start.claimed)
            } else {
                run(start)
            }
        }
        if !suspects.isEmpty, !isRunningSuspects {
            isRunningSuspects = true
            loop.spawn { await self.runSuspects() }
        }
    }

    @discardableResult
    func run(_ start: Start) -> RunningJob {
        let job = RunningJob(start.claimed, at: loop.now)
        running[start.claimed.name] = job
        job.task = loop.spawn { await self.attempt(job, start.progress) }
        return job
    }

    /// Runs suspects one after the other, each recorded as started before it starts.
    private func runSuspects() async {
        while let suspect = suspects.first, !isStopping {
            let reply = try? await redis.run(
                QueueScripts.begin, of: keys, [RedisArgument(worker), RedisArgument(suspect.name)]
            ).integer
            guard let isHeld = reply else {
                try? await loop.sleep(for: .milliseconds(500))
                continue
            }
            // Not held: another worker has it. A job that was cancelled meanwhile only waits for its acknowledgement.
            let start = isHeld == 1 ? try? await stillQueued([suspect]).first : nil
            // Stopping: it is handed back. Else it counts as a suspect until it runs.
            guard !suspects.isEmpty else { break }
            suspects.removeFirst()
            if let start { await run(start).task?.value }
        }
        isRunningSuspects = false
        changed.raise()
    }

    private func attempt(_ job: RunningJob, _ progress: Outbox.Progress?) async {
        let claimed = job.claimed
        guard let id = claimed.id, let envelope = claimed.envelope else {
            return await end(job) { await $0.deadLetter(job, attempt: 0, reason: "cannot decode the envelope") }
        }
        guard claimed.crashes < Self.crashLimit else {
            return await end(job) {
                await $0.deadLetter(
                    job, attempt: envelope.attempt, reason: "\(claimed.crashes) workers died while running this job")
            }
        }
        guard let handler = handlers[envelope.kind] else {
            return await end(job) { await $0.handleUnknownKind(job, envelope, progress) }
        }
        watch(job, for: handler.timeout)
        let attempt = max(envelope.attempt, progress?.attempt ?? 0)
        let context = JobContext(
            envelope, attempt: attempt, handler: handler, checkpoint: progress?.checkpoint, log: log,
            reporter: reporter,
            onSlotReleased: { [loop] in loop.post { self.releaseSlot(of: job) } })
        do {
            switch try await handler.run(envelope.args, context) {
            case .recorded:
                acknowledged.append(claimed.name)
                if let batch = envelope.batch { batches.insert(batch) }
            case .finished where envelope.isEphemeral:
                acknowledged.append(claimed.name)
            case .finished:
                finished.append(id)
            }
            metrics.succeeded(envelope.kind, waited: job.wait(envelope), ran: monotonicNanoseconds() - job.startedAt)
            conditions.succeeded(envelope.kind)
            remove(job)
        } catch {
            await end(job) { await $0.failed(job, envelope.withAttempt(attempt), handler, progress, error) }
        }
    }

    /// Ends a job that did not succeed, in a task of its own: the job's task may have been cancelled.
    private func end(_ job: RunningJob, _ ending: @escaping @Sendable (Consumer) async -> Void) async {
        await loop.spawn {
            await ending(self)
            if let id = job.claimed.id { self.reporter.forget(id) }
            self.remove(job)
        }.value
    }

    // MARK: Timeouts

    /// Sets one timer for all jobs at the earliest deadline; most jobs have ended by then.
    private func watch(_ job: RunningJob, for timeout: Duration) {
        job.deadline = loop.now + timeout.nanoseconds
        guard job.deadline < nextDeadline else { return }
        nextDeadline = job.deadline
        deadlineTimer?.cancel()
        deadlineTimer = loop.schedule(after: timeout) { self.interruptOverdue() }
    }

    private func interruptOverdue() {
        let now = loop.now
        nextDeadline = .max
        for job in running.values where job.interruption == nil {
            if job.deadline <= now { job.interrupt(.overdue) } else { nextDeadline = min(nextDeadline, job.deadline) }
        }
        guard nextDeadline < .max else { return }
        deadlineTimer = loop.schedule(after: .nanoseconds(Int64(nextDeadline - now))) { self.interruptOverdue() }
    }
}

extension RunningJob {
    /// The time from due to started in nanoseconds, as far as the clocks of producer and worker agree.
    fileprivate func wait(_ envelope: Envelope) -> UInt64 {
        guard envelope.enqueuedAt > 0 else { return 0 }
        return UInt64(max(0, Timestamp.now.unixMilliseconds - envelope.enqueuedAt)) * 1_000_000
    }
}
