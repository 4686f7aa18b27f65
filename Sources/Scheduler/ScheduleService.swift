import Chassis
import Jobs
import Postgres
import Storage
import Synchronization

/// Runs every entry of the schedule when it is due, each in a task of its own, so that one that fails or takes long
/// does not stop the others.
final class ScheduleService: Service {
    let name = "schedule"
    private let context: SchedulerContext
    private let entries: [ScheduleEntry]
    private let log: Log
    private let tasks = Mutex<[Task<Void, Never>]>([])
    private static let pauseAfterFailure = Duration.seconds(1)

    init(_ context: SchedulerContext, _ entries: [ScheduleEntry], log: Log) {
        self.context = context
        self.entries = entries
        self.log = log
    }

    /// - Throws: ``CronError`` for an invalid rule; `PostgresError`, also for an unknown time zone.
    func start() async throws {
        let runners = try await Task(executorPreference: context.loop) { try await self.runners() }.value
        for entry in entries {
            if case .task(let name, let interval, let run) = entry {
                spawn { await self.repeatTask(name, every: interval, run) }
            }
        }
        for runner in runners { spawn { await self.run(runner) } }
    }

    func stop() async {
        let running = tasks.withLock { $0 }
        for task in running { task.cancel() }
        for task in running { await task.value }
    }

    private func spawn(_ work: @escaping @Sendable () async -> Void) {
        let task = context.loop.spawn(work)
        tasks.withLock { $0.append(task) }
    }

    private func runners() async throws -> [ScheduleRunner] {
        let installation = try await context.runs.installation()
        var runners: [ScheduleRunner] = []
        for case .job(let job) in entries {
            let recurrence = try job.recurrence.recurrence(of: job.name, installation: installation)
            try await context.runs.begin(job.name)
            _ = try await context.runs.state(of: job.name, in: recurrence.zone)
            runners.append(ScheduleRunner(job, recurrence, context.runs, context.producer))
        }
        return runners
    }

    private func repeatTask(
        _ name: String, every interval: Duration, _ run: @escaping @Sendable () async throws -> Int
    ) async {
        repeat {
            do {
                let count = try await run()
                if count > 0 { log.info("ran a scheduled task", ["entry": .text(name), "found": .number(count)]) }
            } catch {
                logFailure(of: name, error)
            }
        } while (try? await context.loop.sleep(for: interval)) != nil
    }

    private func run(_ runner: ScheduleRunner) async {
        let name = runner.job.name
        var wait = Duration.zero
        repeat {
            do {
                let check = try await runner.check()
                wait = check.wait
                for moment in check.fired {
                    log.debug(
                        "fired a scheduled run", ["entry": .text(name), "due": .text(moment.text(.milliseconds))])
                }
            } catch {
                logFailure(of: name, error)
                wait = Self.pauseAfterFailure
            }
        } while (try? await context.loop.sleep(for: wait)) != nil
    }

    private func logFailure(of name: String, _ error: any Error) {
        log.warning("schedule entry failed", ["entry": .text(name), "error": "\(error)"])
    }
}
