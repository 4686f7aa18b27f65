package import Domain

/// The refusals of posts.
extension DomainError {
    static let postNotFound = DomainError(.postNotFound, .notFound, "Post not found")
    static let postNotYours = DomainError(.postNotYours, .forbidden, "Only its author may change a post")

    static let draftNotFound = DomainError(.draftNotFound, .notFound, "Draft not found")
    /// The entity has changed since the version that the request names.
    package static let preconditionFailed = DomainError(
        .preconditionFailed, .conflict, "It has changed since it was read: read it again")

    /// The refusal that a statement decided.
    init(postRefusal code: Code) {
        switch code {
        case .postNotFound: self = .postNotFound
        case .postNotYours: self = .postNotYours
        case .postAlreadyLiked: self = DomainError(.postAlreadyLiked, .conflict, "You like this post already")
        case .postNotLiked: self = DomainError(.postNotLiked, .conflict, "You do not like this post")
        case .postNotPublic: self = DomainError(.postNotPublic, .forbidden, "Only public posts can be shared")
        case .postAlreadyShared: self = DomainError(.postAlreadyShared, .conflict, "You share this post already")
        case .postNotShared: self = DomainError(.postNotShared, .conflict, "You do not share this post")
        case .postAlreadyBookmarked:
            self = DomainError(.postAlreadyBookmarked, .conflict, "You bookmarked this post already")
        case .postNotBookmarked:
            self = DomainError(.postNotBookmarked, .conflict, "You did not bookmark this post")
        case .draftNotFound: self = .draftNotFound
        case .tooManyDrafts:
            self = DomainError(
                .tooManyDrafts, .conflict, "An account has at most 100 drafts and scheduled posts: delete some")
        case .preconditionFailed: self = .preconditionFailed
        case .idempotencyKeyReused: self = .idempotencyKeyReused
        // The account of the caller was closed after the token was checked.
        case .tokenInvalid: self = .tokenInvalid
        default: self = .internalFault(cause: "\(code) is no refusal of a post")
        }
    }
}
