import Domain
import Storage

/// The refusals of media.
extension DomainError {
    static let avatarNotFound = DomainError(.avatarNotFound, .notFound, "Avatar not found")
    static let coverNotFound = DomainError(.coverNotFound, .notFound, "Cover not found")
    static let trackNotFound = DomainError(.trackNotFound, .notFound, "Track not found")
    static let fileNotFound = DomainError(.fileNotFound, .notFound, "File not found")

    static let uploadNotFound = DomainError(.uploadNotFound, .notFound, "Upload not found")
    static let uploadExpired = DomainError(.uploadExpired, .notFound, "The upload has expired: begin it again")
    static let uploadOffsetConflict = DomainError(
        .uploadOffsetConflict, .conflict, "The upload has another offset: ask for it with HEAD")
    static let uploadLocked = DomainError(
        .uploadLocked, .conflict, "The file is being made of the upload: try again", retryAfterSeconds: 1)
    static let checksumMismatch = DomainError(
        .checksumMismatch, .invalid, "The checksum does not match: the bytes were not kept")

    static func tooManyUploads(_ count: Int) -> DomainError {
        DomainError(
            .tooManyUploads, .tooLarge, "An account has at most \(count) unfinished uploads: finish or terminate some")
    }

    static func quotaExceeded(_ quota: MediaQuota) -> DomainError {
        DomainError(
            .quotaExceeded, .tooLarge,
            "An account has at most \(quota.files) files of \(quota.bytes) bytes together: delete some first")
    }

    static func fileRejected(_ reason: String?) -> DomainError {
        DomainError(.fileRejected, .invalid, reason ?? "The file cannot be read")
    }
}
