/// A value that belongs to one loop, carried through code that must be `Sendable`.
///
/// `@unchecked Sendable`: the value is only reachable on the loop's thread, which ``value`` checks in debug builds.
package struct LoopBound<Value>: @unchecked Sendable {
    private let stored: Value
    private let loop: EventLoop

    package init(_ value: Value, on loop: EventLoop) {
        stored = value
        self.loop = loop
    }

    /// The value; only on the loop's thread.
    package var value: Value {
        assert(loop.isCurrent, "a value of another loop")
        return stored
    }
}
