import Chassis
import Domain
import Jobs
import Storage

/// Publishes the recorded events to one destination, batch by batch, while it holds the destination: its lease in
/// PostgreSQL is longer than a batch may take, and a batch that was sent counts only if the publisher still holds it.
/// So of many publishers one sends, each batch begins after the last event that counts, and a batch that a killed or
/// slow publisher sent is sent again whole. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class EventPublisher: @unchecked Sendable {
    struct Limits: Sendable {
        /// How many events are sent at a time.
        var batch = 500
        var lease = Duration.seconds(15)
        /// After this time it looks for events, if nothing woke it.
        var interval = Duration.seconds(1)
        /// How long it waits while another publisher holds the destination.
        var heldPause = Duration.milliseconds(100)
        /// The pause after a failure; twice as long after each further one, up to the longest.
        var firstPause = Duration.seconds(1)
        var longestPause = Duration.seconds(10)
    }

    private enum Pause {
        /// Until an event is recorded, or the interval is over.
        case untilWoken
        case fixed(Duration)
    }

    let destination: any EventDestination
    private let store: EventStore
    private let source: String
    private let id: Identifier
    private let loop: EventLoop
    private let log: Log
    private let metrics: EventMetrics
    private let limits: Limits
    private let signal = LoopSignal()
    private var task: Task<Void, Never>?
    private var isStopping = false
    /// In a row, without progress.
    private var failures = 0
    private var isDelayed = false

    init(
        to destination: any EventDestination, _ store: EventStore, source: String, on loop: EventLoop,
        metrics: EventMetrics, log: Log, limits: Limits = Limits()
    ) {
        self.destination = destination
        self.store = store
        self.source = source
        id = Identifier(unixMilliseconds: Timestamp.now.unixMilliseconds)
        self.loop = loop
        self.log = log.with("destination", .text(destination.name))
        self.metrics = metrics
        self.limits = limits
    }

    func start() {
        task = loop.spawn { await self.run() }
    }

    /// Events may have been recorded.
    func wake() { signal.raise() }

    /// Ends after the batch that is being sent.
    func stop() async {
        isStopping = true
        signal.raise()
        task?.cancel()
        await task?.value
        await destination.close()
    }

    private func run() async {
        while !isStopping {
            let pause = await publishAll()
            guard !isStopping else { break }
            switch pause {
            case .untilWoken:
                let timer = loop.schedule(after: limits.interval) { [signal] in signal.raise() }
                await signal.wait()
                timer.cancel()
            case .fixed(let time): try? await loop.sleep(for: time)
            }
        }
    }

    /// Sends what the destination does not have, until there is nothing left or it fails.
    private func publishAll() async -> Pause {
        let name = destination.name
        var published: Int?
        var isRefilling = false
        do {
            while true {
                let next = try await store.next(
                    of: name, for: id, published: published, limit: limits.batch, lease: limits.lease)
                switch next {
                case .nothing:
                    recovered()
                    return .untilWoken
                case .held: return .fixed(limits.heldPause)
                case .events(let events, let reached):
                    guard !isStopping else {
                        try await store.release(name, by: id, reached: nil)
                        return .untilWoken
                    }
                    let sent = await destination.publish(
                        events.map { CloudEvent(event: $0, source: source) }, after: isRefilling ? 0 : reached)
                    switch sent {
                    case .all:
                        metrics.published(events[...])
                        recovered()
                        published = events.last?.sequence
                        isRefilling = false
                    case .some(let count, let error):
                        metrics.published(events.prefix(count))
                        if count > 0 { failures = 0 }
                        let last = events.prefix(count).last?.sequence
                        try await store.release(name, by: id, reached: last)
                        return failed(error)
                    case .lost(let since):
                        log.warning(
                            "destination lost domain events, publishing them again",
                            ["since": .number(since), "until": .number(reached)])
                        try await store.release(name, by: id, reached: since)
                        published = nil
                        // It begins with the oldest event that it keeps, and has none of those before.
                        isRefilling = true
                    }
                }
            }
        } catch {
            return failed(error)
        }
    }

    // MARK: State

    private func recovered() {
        failures = 0
        guard isDelayed else { return }
        isDelayed = false
        metrics.isAvailable(true)
        log.info("domain events are published again")
    }

    /// Logs the first of several failures.
    private func failed(_ error: any Error) -> Pause {
        failures += 1
        metrics.failed()
        if !isDelayed {
            isDelayed = true
            metrics.isAvailable(false)
            log.warning("domain events are delayed, retrying", ["error": "\(error)"])
        }
        let ceiling = min(limits.longestPause, limits.firstPause * (1 << min(failures - 1, 10)))
        return .fixed(ceiling * Double.random(in: 0.5...1))
    }
}
