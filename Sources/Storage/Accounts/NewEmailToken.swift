package import Chassis
package import Domain

/// A link in a mail as it is first written.
package struct NewEmailToken: Sendable {
    package let id: EmailTokenID
    package let expiresAt: Timestamp

    package init(id: EmailTokenID, expiresAt: Timestamp) {
        self.id = id
        self.expiresAt = expiresAt
    }
}
