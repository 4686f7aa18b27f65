/// What limits do.
enum LimitMode: String, Sendable, CaseIterable {
    case on
    /// Nothing is counted: for load tests.
    case off
    /// Counted and shown, and nobody is refused: to see what limits would do, or what they cost.
    case count
}
