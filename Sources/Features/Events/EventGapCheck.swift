package import Chassis
import Domain
package import Storage
import Synchronization

/// Looks for new events in the log itself, for all loops of the process: finds those whose message was lost, because
/// Redis was away or the process that wrote them died behind the commit. One query every five seconds, or twice a
/// second while messages of Redis do not arrive; none while no client waits. What it reads grows with new events, not
/// with clients.
package final class EventGapCheck: Service {
    package let name = "event gap check"
    private static let intervalInTrouble = Duration.milliseconds(500)
    private static let longestLook = Duration.seconds(300)

    private let loop: EventLoop
    private let log: UserEventLog
    private let signals: [UserEventSignals]
    private let longestTransaction: Duration
    private let interval: Duration
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - longestTransaction: An event becomes visible at most that long after its time.
    ///   - interval: Between queries while messages arrive.
    package init(
        on loop: EventLoop, _ log: UserEventLog, _ signals: [UserEventSignals], longestTransaction: Duration,
        interval: Duration = .seconds(5)
    ) {
        self.loop = loop
        self.log = log
        self.signals = signals
        self.longestTransaction = longestTransaction
        self.interval = interval
    }

    package func start() async throws {
        let task = loop.spawn { await self.run() }
        self.task.withLock { $0 = task }
    }

    /// Ends all waits too: this service stops before the one that serves them.
    package func stop() async {
        task.withLock { $0 }?.cancel()
        for signals in signals { await signals.loop.call { signals.endAll() } }
    }

    private func run() async {
        var lastCheck = loop.now
        while (try? await loop.sleep(for: Self.intervalInTrouble)) != nil {
            guard signals.contains(where: \.isNeeded) else {
                // Who begins to wait reads the log first.
                lastCheck = loop.now
                continue
            }
            let isDue = loop.now - lastCheck >= interval.nanoseconds
            guard isDue || signals.contains(where: \.isSuspect) else { continue }
            let began = loop.now
            let age = Duration.nanoseconds(Int64(began - lastCheck)) + interval + longestTransaction
            // What a query that fails would have found, the next one looks for.
            guard let newest = try? await log.newest(within: min(age, Self.longestLook)) else { continue }
            lastCheck = began
            guard !newest.isEmpty else { continue }
            for signals in signals {
                signals.loop.post { for (user, sequence) in newest { signals.signal(user, sequence) } }
            }
        }
    }
}
