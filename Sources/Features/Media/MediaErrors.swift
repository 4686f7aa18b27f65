import Domain

/// The refusals of media.
extension DomainError {
    static let avatarNotFound = DomainError(.avatarNotFound, .notFound, "Avatar not found")
    static let coverNotFound = DomainError(.coverNotFound, .notFound, "Cover not found")
    static let trackNotFound = DomainError(.trackNotFound, .notFound, "Track not found")
    static let fileNotFound = DomainError(.fileNotFound, .notFound, "File not found")
}
