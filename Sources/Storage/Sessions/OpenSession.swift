package import Chassis
package import Domain

/// A session that is open, as its owner sees it.
package struct OpenSession: Sendable {
    package let id: SessionID
    package let userAgent: String?
    package let ipAddress: String?
    package let createdAt: Timestamp
    package let refreshedAt: Timestamp
    package let expiresAt: Timestamp
}
