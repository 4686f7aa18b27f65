import Domain
import HTTP

/// The statuses that tus names for errors of uploads in parts, beyond the musicians' document (S1).
enum MusiciansErrorTable {
    static func entry(for error: DomainError) -> ErrorEntry? {
        switch error.code {
        case .uploadExpired: ErrorEntry(status: 410)
        case .uploadLocked: ErrorEntry(status: 423)
        case .checksumMismatch: ErrorEntry(status: 460)
        default: nil
        }
    }
}
