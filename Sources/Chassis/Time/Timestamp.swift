internal import CLinux
import Glibc

/// A moment in UTC, in whole microseconds since 1970: what PostgreSQL keeps and what every answer shows.
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
