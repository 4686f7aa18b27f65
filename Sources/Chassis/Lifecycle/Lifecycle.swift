import Glibc
import Synchronization

/// The life cycle of a process: services start in order; SIGTERM or SIGINT stops them in the opposite order, within the
/// grace time; a second signal ends the process at once.
package struct Lifecycle: Sendable {
    private let services: [any Service]
    private let log: Log
    private let grace: Duration

    /// - Parameter grace: How long stopping may take before the process ends anyway.
    package init(_ services: [any Service], grace: Duration = .seconds(25), log: Log) {
        self.services = services
        self.grace = grace
        self.log = log
    }

    /// Runs until a signal; call on the main thread, after ``Signals/block()``.
    package func run() -> Never {
        let services = services
        let log = log
        startThread(named: "start") {
            Task.detached {
                do {
                    for service in services { try await service.start() }
                    log.info("ready")
                } catch {
                    log.error("cannot start", ["error": "\(error)"])
                    log.flush()
                    _exit(1)
                }
            }
        }
        let signal = Signals.wait()
        log.info("stopping", ["signal": .text(signal == SIGINT ? "SIGINT" : "SIGTERM")])
        startThread(named: "impatience") {
            _ = Signals.wait()
            log.warning("second signal: ending at once")
            log.flush()
            _exit(1)
        }
        let deadline = grace
        startThread(named: "grace") {
            sleep(UInt32(deadline.components.seconds))
            log.error("stopping took too long", ["seconds": .number(Int(deadline.components.seconds))])
            log.flush()
            _exit(1)
        }
        Task.detached {
            for service in services.reversed() { await service.stop() }
            log.info("stopped")
            log.flush()
            _exit(0)
        }
        while true { pause() }
    }
}

/// A part of a process that is started in order and stopped in the opposite order.
package protocol Service: Sendable {
    /// The name in the log.
    var name: String { get }
    /// Returns when the service is ready.
    /// - Throws: An error that prevents the process from working; it then ends.
    func start() async throws
    /// Accepts no new work, finishes the rest, and returns; called once.
    func stop() async
}
