import Chassis
import Jobs
import Postgres
import Storage
import Synchronization

/// Runs every entry of the timetable when it is due, each in a task of its own, so that one that fails or takes long does
/// not stop the others.
final class Ticker: Service {
    let name = "timetable"
    private let context: SchedulerContext
    private let entries: [TimetableEntry]
    private let log: Log
    private let tasks = Mutex<[Task<Void, Never>]>([])
    private static let pauseAfterFailure = Duration.seconds(1)

    init(_ context: SchedulerContext, _ entries: [TimetableEntry], log: Log) {
        self.context = context
        self.entries = entries
        self.log = log
    }

    /// - Throws: ``CronError`` for a schedule that is none; `PostgresError`, also for a time zone that nobody knows.
    func start() async throws {
        let metronomes = try await Task(executorPreference: context.loop) { try await self.metronomes() }.value
        for entry in entries {
            if case .work(let name, let interval, let work) = entry {
                begin { await self.repeatedly(name, every: interval, work) }
            }
        }
        for metronome in metronomes { begin { await self.keep(metronome) } }
    }

    func stop() async {
        let running = tasks.withLock { $0 }
        for task in running { task.cancel() }
        for task in running { await task.value }
    }

    private func begin(_ work: @escaping @Sendable () async -> Void) {
        let task = context.loop.spawn(work)
        tasks.withLock { $0.append(task) }
    }

    private func metronomes() async throws -> [ScheduleRunner] {
        let installation = try await context.ticks.installation()
        var metronomes: [ScheduleRunner] = []
        for case .tick(let tick) in entries {
            let rhythm = try tick.schedule.rhythm(of: tick.name, installation: installation)
            try await context.ticks.begin(tick.name)
            _ = try await context.ticks.state(of: tick.name, in: rhythm.zone)
            metronomes.append(ScheduleRunner(tick, rhythm, context.ticks, context.producer))
        }
        return metronomes
    }

    private func repeatedly(
        _ name: String, every interval: Duration, _ work: @escaping @Sendable () async throws -> Int
    ) async {
        repeat {
            do {
                let count = try await work()
                if count > 0 { log.info("timetable", ["entry": .text(name), "found": .number(count)]) }
            } catch {
                logFailure(of: name, error)
            }
        } while (try? await context.loop.sleep(for: interval)) != nil
    }

    private func keep(_ metronome: ScheduleRunner) async {
        let name = metronome.tick.name
        var wait = Duration.zero
        repeat {
            do {
                let look = try await metronome.look()
                wait = look.wait
                for moment in look.fired {
                    log.debug("tick", ["entry": .text(name), "due": .text(moment.text(.milliseconds))])
                }
            } catch {
                logFailure(of: name, error)
                wait = Self.pauseAfterFailure
            }
        } while (try? await context.loop.sleep(for: wait)) != nil
    }

    private func logFailure(of name: String, _ error: any Error) {
        log.warning("timetable entry failed", ["entry": .text(name), "error": "\(error)"])
    }
}
