import Domain

/// The refusals of posts.
extension DomainError {
    static let postNotFound = DomainError(.postNotFound, .notFound, "Post not found")
    static let postNotYours = DomainError(.postNotYours, .forbidden, "Only its author may change a post")

    /// The refusal that a statement decided.
    init(postRefusal code: Code) {
        switch code {
        case .postNotFound: self = .postNotFound
        case .postNotYours: self = .postNotYours
        case .postAlreadyLiked: self = DomainError(.postAlreadyLiked, .conflict, "You like this post already")
        case .postNotLiked: self = DomainError(.postNotLiked, .conflict, "You do not like this post")
        // The account of the caller was closed after the token was checked.
        case .tokenInvalid: self = .tokenInvalid
        default: self = .internalFault(cause: "\(code) is no refusal of a post")
        }
    }
}
