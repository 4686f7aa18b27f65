/// Whether somebody is there.
package enum PresenceStatus: String, Sendable, CaseIterable {
    case online, away, offline
}
