import Chassis
import Redis
import Social

extension Consumer {
    /// A job that was running when so many workers died is taken for the cause.
    static let crashLimit = 3

    /// Starts what is still to be done; the rest only waits for its acknowledgement.
    func begin(_ claimed: [Claimed]) async {
        guard !claimed.isEmpty else { return }
        let waiting: Set<JobID>
        do {
            waiting = try await outbox.waiting(among: claimed.map(\.id))
        } catch {
            // Run them all: every effect looks again whether its row is there.
            waiting = Set(claimed.map(\.id))
        }
        for job in claimed {
            guard waiting.contains(job.id) else {
                acknowledged.append(job.id)
                continue
            }
            running[job.id] = loop.spawn {
                await self.attempt(job)
                self.running[job.id] = nil
                self.changed.raise()
            }
        }
    }

    private func attempt(_ job: Claimed) async {
        guard let envelope = job.envelope else {
            await bury(job.id, nil, attempt: 0, reason: "the envelope cannot be read")
            return
        }
        guard job.crashes < Self.crashLimit else {
            await bury(job.id, envelope, attempt: envelope.attempt, reason: "\(job.crashes) workers died with this job")
            return
        }
        guard let handler = handlers[envelope.kind] else {
            await bury(
                job.id, envelope, attempt: envelope.attempt, reason: "no handler knows the kind \(envelope.kind)")
            return
        }
        let started = monotonicNanoseconds()
        let context = context(of: envelope, handler)
        do {
            switch try await run(handler, envelope, context) {
            case .recorded: acknowledged.append(job.id)
            case .finished: finished.append(job.id)
            }
            metrics.succeeded(envelope.kind, after: monotonicNanoseconds() - started)
            context.log.debug("job done")
        } catch {
            await failed(envelope, handler, error, context.log)
        }
    }

    private func context(of envelope: Envelope, _ handler: JobHandler) -> JobContext {
        var log = log.with("job", .text(envelope.id.description)).with("kind", .text(envelope.kind))
        if let trace = envelope.trace { log = log.with("request", .text(trace)) }
        return JobContext(
            id: envelope.id, attempt: envelope.attempt, isLastAttempt: envelope.attempt + 1 >= handler.attempts,
            trace: envelope.trace, log: log)
    }

    /// The attempt in a task of its own, so that its time-out can cancel it and nothing else.
    private func run(_ handler: JobHandler, _ envelope: Envelope, _ context: JobContext) async throws -> Completion {
        let task = Task(executorPreference: loop) { try await handler.run(envelope.args, context) }
        let timer = loop.schedule(after: handler.timeout) { task.cancel() }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func failed(_ envelope: Envelope, _ handler: JobHandler, _ error: any Error, _ log: Log) async {
        // Stopped from outside: the job stays in this worker's hash, and is handed back at the end.
        if Task.isCancelled { return }
        metrics.failed(envelope.kind)
        let attempt = envelope.attempt + 1
        if case JobError.permanent(let reason) = error {
            await bury(envelope.id, envelope, attempt: attempt, reason: reason)
        } else if attempt >= handler.attempts {
            await bury(envelope.id, envelope, attempt: attempt, reason: "\(error)")
        } else {
            let delay = Backoff.delay(after: attempt)
            log.warning(
                "job failed, will be tried again",
                ["error": "\(error)", "attempt": .number(attempt), "milliseconds": .number(delay)])
            await retry(envelope, attempt: attempt, milliseconds: delay, error: "\(error)")
        }
    }

    /// First the row, then Redis; when PostgreSQL does not answer, Redis alone keeps the attempt.
    private func retry(_ envelope: Envelope, attempt: Int, milliseconds: Int, error: String) async {
        try? await outbox.retry(envelope.id, attempt: attempt, milliseconds: milliseconds, error: error)
        let next = Envelope(
            id: envelope.id, kind: envelope.kind, attempt: attempt, trace: envelope.trace, args: envelope.args)
        _ = try? await redis.run(
            QueueScripts.retry, keys: [keys.jobs, keys.delayed, keys.running(worker)].map { RedisArgument($0) },
            arguments: [
                RedisArgument(envelope.id.description), RedisArgument(next.json), RedisArgument(milliseconds),
            ])
    }

    private func bury(_ job: JobID, _ envelope: Envelope?, attempt: Int, reason: String) async {
        log.error("job is dead", ["job": .text(job.description), "reason": .text(reason)])
        metrics.buried()
        while true {
            do {
                if let envelope { try await handlers[envelope.kind]?.whenDead(envelope.args) }
                try await outbox.bury(job, attempt: attempt, error: reason)
                acknowledged.append(job)
                return
            } catch {
                try? await loop.sleep(for: .seconds(1))
                if Task.isCancelled { return }
            }
        }
    }
}
