import Domain
import HTTP

/// What the musicians' document (S1) says of an error beyond the status of its kind, and the statuses that tus names
/// for errors of uploads in parts.
enum MusiciansErrorTable {
    /// - Parameter path: Of the request: the list of all users has a status and words of its own for an outage (S1-39).
    static func entry(for error: DomainError, at path: String) -> ErrorEntry? {
        switch error.code {
        case .unavailable where path == "/users":
            ErrorEntry(
                status: 500, message: "User Service is temporarily unavailable. Please try again later.")
        case .uploadExpired: ErrorEntry(status: 410)
        case .uploadLocked: ErrorEntry(status: 423)
        case .preconditionFailed: ErrorEntry(status: 412)
        case .checksumMismatch: ErrorEntry(status: 460)
        case let code where ErrorEntry.twoFactorCodes[code] != nil: ErrorEntry(code: ErrorEntry.twoFactorCodes[code])
        default: nil
        }
    }
}
