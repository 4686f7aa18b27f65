internal import CLinux
import Glibc

/// A point in time in UTC, in whole microseconds since 1970: the resolution of PostgreSQL.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package init(unixSeconds: Int) {
        microseconds = Int64(unixSeconds) * 1_000_000
    }

    /// The system's clock. Pass time in where a test must own it.
    package static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// Seconds since 1970, rounded down.
    package var unixSeconds: Int { Int(microseconds.flooredQuotient(by: 1_000_000)) }
    /// Milliseconds since 1970, rounded down.
    package var unixMilliseconds: Int { Int(microseconds.flooredQuotient(by: 1_000)) }

    package func adding(_ duration: Duration) -> Timestamp {
        Timestamp(microseconds: microseconds + Int64(duration.nanoseconds / 1_000))
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }
}

extension Int64 {
    /// The quotient rounded down, also below zero.
    func flooredQuotient(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

/// Returns the nanoseconds of a monotonic clock; only differences have a meaning.
package func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}

extension Duration {
    /// The duration in nanoseconds; a negative one is zero, and the maximum is 292 years.
    package var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(seconds) &* 1_000_000_000 &+ UInt64(attoseconds / 1_000_000_000)
    }

    /// The whole duration in milliseconds, rounded down.
    package var milliseconds: Int { Int(nanoseconds / 1_000_000) }
}
