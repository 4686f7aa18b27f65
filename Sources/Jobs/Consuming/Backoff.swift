/// How long to wait before the next attempt: exponential with full jitter (Brooker, "Exponential Backoff And Jitter",
/// AWS Architecture Blog, 2015), so that jobs that failed together do not come back together.
package enum Backoff {
    static let base = 1_000
    static let cap = 600_000

    /// - Parameter attempt: How many attempts have failed; 1 or more.
    /// - Returns: Milliseconds, 100 to 600,000.
    package static func delay(after attempt: Int, random: (ClosedRange<Int>) -> Int = { Int.random(in: $0) }) -> Int {
        let ceiling = min(cap, base << min(max(attempt - 1, 0), 20))
        return max(100, random(0...ceiling))
    }
}
