package import Chassis
package import Social

/// A link in a mail as it is first written.
package struct NewLink: Sendable {
    package let id: LinkID
    package let expiresAt: Timestamp

    package init(id: LinkID, expiresAt: Timestamp) {
        self.id = id
        self.expiresAt = expiresAt
    }
}
