/// How long to wait before the next attempt to connect: 20 ms, doubled up to one second, each time between half and
/// the whole of it, so that many clients of a server that comes back do not come at once.
struct ReconnectDelay {
    static let longest: Duration = .seconds(1)
    private static let shortest: Duration = .milliseconds(20)
    private var ceiling = shortest

    mutating func next() -> Duration {
        defer { ceiling = min(ceiling * 2, Self.longest) }
        return ceiling * Double.random(in: 0.5...1)
    }

    mutating func reset() {
        ceiling = Self.shortest
    }
}
