import Chassis
package import Domain

/// What is told on ``PresenceStore/channel``.
package struct PresenceChange: Sendable {
    /// One more than that of the change before; who hears another one has missed some.
    package let number: Int
    package let user: UserID
    /// How they are there now; nil when it is whether others see it that has changed.
    package let status: PresenceStatus?

    /// - Parameter message: What came over the channel.
    package init?(message: [UInt8]) {
        guard let members = JSONMembers(message), let number = members.integer("number"),
            let user = members.text("userId").flatMap({ UserID($0) })
        else { return nil }
        self.number = number
        self.user = user
        status = members.text("status").flatMap(PresenceStatus.init(rawValue:))
    }
}
