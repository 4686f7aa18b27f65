/// What a descriptor reports to the one who registered it. Inlinable and with names for the usual unions, because an
/// array literal of another room's option set costs thousands of instructions for each event.
package struct EventSet: OptionSet, Sendable {
    package let rawValue: UInt32
    @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// EPOLLIN.
    @inlinable package static var readable: EventSet { EventSet(rawValue: 0x001) }
    /// EPOLLOUT.
    @inlinable package static var writable: EventSet { EventSet(rawValue: 0x004) }
    /// EPOLLERR.
    @inlinable package static var failed: EventSet { EventSet(rawValue: 0x008) }
    /// EPOLLHUP.
    @inlinable package static var hungUp: EventSet { EventSet(rawValue: 0x010) }
    /// EPOLLRDHUP: the peer will send no more.
    @inlinable package static var peerClosed: EventSet { EventSet(rawValue: 0x2000) }

    /// Nothing.
    @inlinable package static var none: EventSet { EventSet(rawValue: 0) }
    /// There are bytes, or there will be no more.
    @inlinable package static var input: EventSet { EventSet(rawValue: 0x2001) }
    /// Readable or writable.
    @inlinable package static var both: EventSet { EventSet(rawValue: 0x005) }
    /// The descriptor is of no more use.
    @inlinable package static var broken: EventSet { EventSet(rawValue: 0x018) }

    /// Whether something of both is the same.
    @inlinable package func intersects(_ other: EventSet) -> Bool { rawValue & other.rawValue != 0 }
    /// Everything of both.
    @inlinable package func joined(with other: EventSet) -> EventSet { EventSet(rawValue: rawValue | other.rawValue) }
}

/// Owns a descriptor on an ``EventLoop`` and is told when it is ready. Always called on the loop's thread.
package protocol EventHandler: AnyObject {
    /// - Parameter events: What the descriptor is ready for; errors and hang-ups are always reported.
    func handle(_ events: EventSet)
}
