package import Chassis
package import Domain

/// A session as it is first written.
package struct NewSession: Sendable {
    package let id: SessionID
    /// SHA-256 of the refresh token: whoever reads the table cannot use it.
    package let refreshHash: [UInt8]
    package let expiresAt: Timestamp
    /// At most 512 characters of what the client calls itself.
    package let userAgent: String?
    package let ipAddress: String

    package init(id: SessionID, refreshHash: [UInt8], expiresAt: Timestamp, userAgent: String?, ipAddress: String) {
        self.id = id
        self.refreshHash = refreshHash
        self.expiresAt = expiresAt
        self.userAgent = userAgent
        self.ipAddress = ipAddress
    }
}
