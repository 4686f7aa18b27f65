package import Domain

/// One device, or connection, with which somebody is present.
package struct PresenceSession: Hashable, Sendable {
    package let user: UserID
    /// Any name that tells the devices of one person apart, without bars and commas.
    package let device: String

    package init(user: UserID, device: String) {
        self.user = user
        self.device = device
    }

    /// - Parameter member: As Redis has it.
    init?(member: String) {
        let parts = member.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let user = UserID(String(parts[0])) else { return nil }
        self.init(user: user, device: String(parts[1]))
    }

    var member: String { "\(user):\(device)" }
}
