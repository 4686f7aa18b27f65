/// Why sessions end that their owner did not log out of.
package enum SessionEnd: String, Sendable {
    /// Another password was set by whoever knew the old one.
    case password
    /// Another password was set by whoever reads the mail.
    case reset
    /// From the list of sessions.
    case ended
    case deactivated
    case deleted
}
