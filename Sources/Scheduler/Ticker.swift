import Chassis
import Synchronization

/// Runs every entry of the timetable at its interval, each in a task of its own, so that one that fails or takes long
/// does not stop the others.
final class Ticker: Service {
    let name = "timetable"
    private let loop: EventLoop
    private let entries: [TimetableEntry]
    private let log: Log
    private let tasks = Mutex<[Task<Void, Never>]>([])

    init(on loop: EventLoop, _ entries: [TimetableEntry], log: Log) {
        self.loop = loop
        self.entries = entries
        self.log = log
    }

    func start() async throws {
        let started = entries.map { entry in loop.spawn { await self.repeatedly(entry) } }
        tasks.withLock { $0 = started }
    }

    func stop() async {
        let running = tasks.withLock { $0 }
        for task in running { task.cancel() }
        for task in running { await task.value }
    }

    private func repeatedly(_ entry: TimetableEntry) async {
        repeat {
            do {
                let count = try await entry.work()
                if count > 0 { log.info("timetable", ["entry": .text(entry.name), "found": .number(count)]) }
            } catch {
                log.warning("timetable entry failed", ["entry": .text(entry.name), "error": "\(error)"])
            }
        } while (try? await loop.sleep(for: entry.interval)) != nil
    }
}
