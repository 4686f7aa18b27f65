import Synchronization

/// What a store can do at the moment.
package enum StoreState: UInt8, Sendable {
    case up
    /// It answers and refuses writes.
    case readOnly
    /// It does not answer.
    case down
}

/// The last known state of the stores, and whether the process is about to stop: written by ``HealthMonitor`` and
/// ``Drain``, read by requests on every loop without waiting.
package final class HealthState: Sendable {
    /// One moment's state.
    package struct Snapshot: Sendable, Equatable {
        package var database = StoreState.up
        package var redis = StoreState.up
        package var storage = StoreState.up
        package var isDraining = false

        /// Whether every store does its work.
        package var isHealthy: Bool { database == .up && redis == .up && storage == .up }

        /// Whether a load balancer should send requests to this process: it is not about to stop, PostgreSQL can be
        /// written to, and Redis does not refuse writes.
        ///
        /// A Redis that is unavailable makes every process slower and none better, so it takes none out of the
        /// balancer. A Redis that answers and refuses writes is a demoted primary, or full: its reads are stale, and
        /// another process may be connected to the right one.
        package var isReady: Bool { !isDraining && database == .up && redis != .readOnly }
    }

    private let packed = Atomic<UInt8>(0)

    package init() {}

    package var snapshot: Snapshot {
        let bits = packed.load(ordering: .relaxed)
        return Snapshot(
            database: StoreState(rawValue: bits & 3) ?? .down, redis: StoreState(rawValue: bits >> 2 & 3) ?? .down,
            storage: StoreState(rawValue: bits >> 4 & 3) ?? .down, isDraining: bits & Self.draining != 0)
    }

    /// Records what a probe found.
    package func record(database: StoreState, redis: StoreState, storage: StoreState) {
        let stores = database.rawValue | redis.rawValue << 2 | storage.rawValue << 4
        var known = packed.load(ordering: .relaxed)
        while true {
            let (isExchanged, current) = packed.weakCompareExchange(
                expected: known, desired: known & Self.draining | stores, ordering: .relaxed)
            if isExchanged { return }
            known = current
        }
    }

    /// The process reports itself as not ready from now on.
    package func beginDraining() {
        packed.bitwiseOr(Self.draining, ordering: .relaxed)
    }

    private static let draining: UInt8 = 1 << 6
}
