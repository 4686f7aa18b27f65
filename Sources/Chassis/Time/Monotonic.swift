internal import CLinux
import Glibc

/// Nanoseconds of a clock that never jumps; only differences mean anything.
package func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}

extension Duration {
    /// The whole duration in nanoseconds; negative durations count as zero, and the maximum is 292 years.
    package var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(seconds) &* 1_000_000_000 &+ UInt64(attoseconds / 1_000_000_000)
    }

    /// The whole duration in milliseconds, rounded down.
    package var milliseconds: Int { Int(nanoseconds / 1_000_000) }
}
