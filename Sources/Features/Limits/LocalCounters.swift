import Chassis

/// Fixed windows in memory, for when Redis is away. At most 100,000 of them; beyond that the oldest half goes.
struct LocalCounters {
    private struct Window {
        var count: Int
        let ends: UInt64
    }

    private var windows: [String: Window] = [:]
    private static let limit = 100_000

    var count: Int { windows.count }

    mutating func take(_ name: String, limit: Int, windowMilliseconds: Int) -> Quota {
        let now = monotonicNanoseconds() / 1_000_000
        var window = windows[name] ?? Window(count: 0, ends: 0)
        if window.ends <= now { window = Window(count: 0, ends: now + UInt64(windowMilliseconds)) }
        let isGranted = window.count < limit
        if isGranted { window.count += 1 }
        if windows.count >= Self.limit { makeRoom(now) }
        windows[name] = window
        return Quota(isGranted: isGranted, remaining: limit - window.count, milliseconds: Int(window.ends - now))
    }

    private mutating func makeRoom(_ now: UInt64) {
        windows = windows.filter { $0.value.ends > now }
        guard windows.count >= Self.limit else { return }
        for (name, _) in windows.sorted(by: { $0.value.ends < $1.value.ends }).prefix(Self.limit / 2) {
            windows[name] = nil
        }
    }
}
