package import Chassis

/// A session whose time is over, and that is still in Redis.
package struct ExpiredSession: Sendable {
    /// Nil for what nobody of this product wrote.
    package let session: PresenceSession?
    package let lastSign: Timestamp
    let member: String
    /// Which deadline it missed, in milliseconds: a sign of life that comes now makes another one.
    let deadline: Int
}
