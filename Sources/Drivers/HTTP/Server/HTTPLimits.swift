/// What a client may ask of a connection. Every number is a bound on memory or time.
package struct HTTPLimits: Sendable {
    /// Bytes of a request line and its headers, at most 65,535; browsers and proxies stay below 8 KiB.
    package var headBytes = 16_384
    package var headFields = 64
    /// Seconds from the first byte of a head to its last, whatever trickles in between.
    package var headSeconds = 10
    /// Seconds that a kept-alive connection may say nothing.
    package var idleSeconds = 75
    /// Seconds in which at least ``stallBytes`` of a body must arrive, or some of an answer must be taken.
    package var stallSeconds = 30
    package var stallBytes = 4_096
    /// An unread body up to this is read and dropped, so that the connection can go on.
    package var discardBytes = 65_536
    /// Seconds that a connection is kept half open, so that a client that still sends can read why it should not.
    package var lingerSeconds = 5
    /// Seconds that idle connections may still send a request while the server drains.
    package var drainGraceSeconds = 3
    /// Connections per loop; more are closed at once.
    package var connections = 15_000

    package init() {}
}
