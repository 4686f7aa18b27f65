package import Chassis

/// How far the collection of somebody's data is.
package struct AccountExport: Sendable {
    package enum State: String, Sendable {
        case pending, ready, failed
    }

    package let state: State
    package let byteCount: Int?
    package let createdAt: Timestamp
    package let readyAt: Timestamp?
    /// When it is removed.
    package let expiresAt: Timestamp
}
