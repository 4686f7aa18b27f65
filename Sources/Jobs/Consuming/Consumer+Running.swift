import Chassis
import Domain
import Redis

extension Consumer {
    /// A job to run, and what its row adds.
    struct Start {
        let claimed: Claimed
        let progress: Outbox.Progress?
    }

    /// Leaves out what is done, cancelled or dead: that only waits for its acknowledgement.
    func stillQueued(_ claimed: [Claimed]) async throws -> [Start] {
        let durable = claimed.filter(\.isDurable).compactMap(\.id)
        guard !durable.isEmpty else { return claimed.map { Start(claimed: $0, progress: nil) } }
        // Without an answer none of them runs: what is done would be done again, and what needs PostgreSQL would use up
        // its attempts. They go back with the next claim, because nobody here knows of them.
        let queued = try await outbox.queued(among: durable)
        var starts: [Start] = []
        for job in claimed {
            let progress = job.id.flatMap { queued[$0] }
            if job.isDurable, job.envelope != nil, progress == nil {
                acknowledged.append(job.name)
            } else {
                starts.append(Start(claimed: job, progress: progress))
            }
        }
        return starts
    }

    /// Starts what is to be done, each job in a task of its own.
    func begin(_ starts: [Start]) {
        for start in starts {
            // It was given away when the lease was lost, came back, and never stopped running here.
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

    /// One after the other, each said to have begun before it does.
    private func runSuspects() async {
        while let suspect = suspects.first, !isStopping {
            let answer = try? await redis.run(
                QueueScripts.begin, of: keys, [RedisArgument(worker), RedisArgument(suspect.name)]
            ).integer
            guard let isHeld = answer else {
                try? await loop.sleep(for: .milliseconds(500))
                continue
            }
            // Not held: somebody else has it now. What was cancelled meanwhile only waits for its acknowledgement.
            let start = isHeld == 1 ? try? await stillQueued([suspect]).first : nil
            // Stopping: it is handed back. Else it is counted among the suspects until it runs.
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
            return await end(job) { await $0.bury(job, attempt: 0, reason: "the envelope cannot be read") }
        }
        guard claimed.crashes < Self.crashLimit else {
            return await end(job) {
                await $0.bury(job, attempt: envelope.attempt, reason: "\(claimed.crashes) workers died with this job")
            }
        }
        guard let handler = handlers[envelope.kind] else {
            return await end(job) { await $0.keepUnknown(job, envelope, progress) }
        }
        watch(job, for: handler.timeout)
        let attempt = max(envelope.attempt, progress?.attempt ?? 0)
        let context = JobContext(
            id: id, kind: envelope.kind, attempt: attempt, isLastAttempt: attempt + 1 >= handler.attempts,
            trace: envelope.trace, batch: envelope.batch, checkpoint: progress?.checkpoint, processLog: log,
            reporter: reporter)
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
            running[claimed.name] = nil
            changed.raise()
        } catch {
            await end(job) { await $0.failed(job, envelope.trying(attempt), handler, error) }
        }
    }

    /// The end of a job that did not succeed, in a task of its own: the job's may have been cancelled.
    private func end(_ job: RunningJob, _ ending: @escaping @Sendable (Consumer) async -> Void) async {
        await loop.spawn {
            await ending(self)
            if let id = job.claimed.id { self.reporter.forget(id) }
            self.running[job.claimed.name] = nil
            self.changed.raise()
        }.value
    }

    // MARK: Time-outs

    /// One timer for all, at the earliest deadline; most jobs are gone by then.
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
    /// How long it waited, in nanoseconds, as far as the clocks of producer and worker agree.
    fileprivate func wait(_ envelope: Envelope) -> UInt64 {
        guard envelope.enqueuedAt > 0 else { return 0 }
        return UInt64(max(0, Timestamp.now.unixMilliseconds - envelope.enqueuedAt)) * 1_000_000
    }
}
