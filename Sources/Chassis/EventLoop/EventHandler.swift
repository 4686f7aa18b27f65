/// The events of a descriptor. Public and inlinable (see ``FIFO``), with names for the usual unions, because an array
/// literal of an option set costs much more at each event.
public struct EventSet: OptionSet, Sendable {
    /// The bits of epoll.
    public let rawValue: UInt32
    /// The events of these bits.
    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// EPOLLIN.
    @inlinable public static var readable: EventSet { EventSet(rawValue: 0x001) }
    /// EPOLLOUT.
    @inlinable public static var writable: EventSet { EventSet(rawValue: 0x004) }

    /// No event.
    @inlinable public static var none: EventSet { EventSet(rawValue: 0) }
    /// EPOLLIN or EPOLLRDHUP: bytes or the end of the stream can be read.
    @inlinable public static var input: EventSet { EventSet(rawValue: 0x2001) }
    /// EPOLLIN or EPOLLOUT.
    @inlinable public static var both: EventSet { EventSet(rawValue: 0x005) }
    /// EPOLLERR or EPOLLHUP: the descriptor is closed or broken.
    @inlinable public static var broken: EventSet { EventSet(rawValue: 0x018) }

    /// Whether the sets have a common event.
    @inlinable public func intersects(_ other: EventSet) -> Bool { rawValue & other.rawValue != 0 }
    /// The union of both sets.
    @inlinable public func joined(with other: EventSet) -> EventSet { EventSet(rawValue: rawValue | other.rawValue) }
}

/// Handles the events of a descriptor on an ``EventLoop``. Always called on the loop's thread.
package protocol EventHandler: AnyObject {
    /// - Parameter events: The ready events; errors and hang-ups are always reported.
    func handle(_ events: EventSet)
}
