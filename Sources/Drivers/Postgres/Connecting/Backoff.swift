/// How long to wait before connecting again: 50 ms at first, doubled with every failure up to 2 s, and half of it by
/// chance, so that all the loops of all the processes do not come back in the same moment.
struct Backoff {
    private static let first = 50.0
    private static let most = 2_000.0
    private var milliseconds = first

    mutating func next() -> Duration {
        defer { milliseconds = min(milliseconds * 2, Self.most) }
        return .milliseconds(Int(Double.random(in: milliseconds / 2...milliseconds)))
    }

    mutating func reset() {
        milliseconds = Self.first
    }
}
