/// What a descriptor reports to the one who registered it.
package struct EventSet: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// EPOLLIN.
    package static let readable = EventSet(rawValue: 0x001)
    /// EPOLLOUT.
    package static let writable = EventSet(rawValue: 0x004)
    /// EPOLLERR.
    package static let failed = EventSet(rawValue: 0x008)
    /// EPOLLHUP.
    package static let hungUp = EventSet(rawValue: 0x010)
    /// EPOLLRDHUP: the peer will send no more.
    package static let peerClosed = EventSet(rawValue: 0x2000)
}

/// Owns a descriptor on an ``EventLoop`` and is told when it is ready. Always called on the loop's thread.
package protocol EventHandler: AnyObject {
    /// - Parameter events: What the descriptor is ready for; errors and hang-ups are always reported.
    func handle(_ events: EventSet)
}
