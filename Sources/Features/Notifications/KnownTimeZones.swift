import Chassis
import Storage
import Synchronization

/// The names of the time zones that PostgreSQL knows. One read serves all event loops of the process, because
/// PostgreSQL reads every time zone file of its machine for it [130 to 170 ms].
package final class KnownTimeZones: Sendable {
    private struct State {
        var names: Set<String> = []
        /// On the monotonic clock; nil before the first read.
        var readAt: UInt64?
        var reading: Task<Set<String>, any Error>?
    }

    /// How long a name that is not known stays unknown: PostgreSQL's data may be updated while the process runs.
    private static let lifetime = Duration.seconds(3_600)
    private let state = Mutex(State())

    package init() {}

    /// Returns whether a name is known.
    /// - Parameters:
    ///   - loop: The caller's; `read` runs on it.
    ///   - read: Reads all names. Simultaneous callers share one read.
    func contains(
        _ name: String, on loop: EventLoop, now: UInt64 = monotonicNanoseconds(),
        _ read: @escaping @Sendable () async throws -> Set<String>
    ) async throws -> Bool {
        let reading = state.withLock { state -> Task<Set<String>, any Error>? in
            if state.names.contains(name) { return nil }
            if let readAt = state.readAt, now - readAt < Self.lifetime.nanoseconds { return nil }
            if let reading = state.reading { return reading }
            let reading = Task(executorPreference: loop) {
                defer { self.state.withLock { $0.reading = nil } }
                let names = try await read()
                self.state.withLock { ($0.names, $0.readAt) = (names, now) }
                return names
            }
            state.reading = reading
            return reading
        }
        guard let reading else { return state.withLock { $0.names.contains(name) } }
        return try await reading.value.contains(name)
    }
}

/// The time zones that one event loop accepts.
struct TimeZoneNames: Sendable {
    let known: KnownTimeZones
    let preferences: PreferenceStore
    let loop: EventLoop

    func contains(_ name: String) async throws -> Bool {
        try await known.contains(name, on: loop) { [preferences] in try await preferences.timeZones() }
    }
}
