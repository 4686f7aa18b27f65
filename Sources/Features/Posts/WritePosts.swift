package import Domain
import Storage

/// Publishes, changes and deletes posts. Only its author changes a post; one that the caller does not see is none.
package struct WritePosts: Sendable {
    let posts: PostStore
    let totals: PostTotals

    /// - Throws: `token_invalid` if the account is closed.
    package func publish(_ draft: PostDraft, by caller: Caller) async throws(DomainError) -> UserPost {
        let post = try await domainErrors {
            guard let id = try await posts.create(draft, by: caller.user) else { throw DomainError.tokenInvalid }
            totals.refreshSoon()
            return try await posts.find(id, for: caller.user)
        }
        // It was deleted meanwhile, by the same user elsewhere.
        guard let post else { throw .postNotFound }
        return UserPost(post)
    }

    /// - Throws: `post_not_found`, `post_not_yours`.
    package func update(
        _ post: PostID, _ changes: PostChanges, by caller: Caller
    ) async throws(DomainError) -> UserPost {
        let changed = try await domainErrors {
            if let refusal = try await posts.update(post, changes, by: caller.user) {
                throw DomainError(postRefusal: refusal)
            }
            totals.refreshSoon()
            return try await posts.find(post, for: caller.user)
        }
        guard let changed else { throw .postNotFound }
        return UserPost(changed)
    }

    /// - Throws: `post_not_found`, `post_not_yours`.
    package func delete(_ post: PostID, by caller: Caller) async throws(DomainError) {
        try await domainErrors {
            if let refusal = try await posts.delete(post, by: caller.user) {
                throw DomainError(postRefusal: refusal)
            }
            totals.refreshSoon()
        }
    }
}

/// Likes posts that the caller sees.
package struct LikePosts: Sendable {
    let posts: PostStore

    /// - Throws: `post_not_found`, `post_already_liked`.
    package func like(_ post: PostID, by caller: Caller) async throws(DomainError) {
        try await domainErrors {
            if let refusal = try await posts.like(post, by: caller.user) { throw DomainError(postRefusal: refusal) }
        }
    }

    /// - Throws: `post_not_found`, `post_not_liked`.
    package func unlike(_ post: PostID, by caller: Caller) async throws(DomainError) {
        try await domainErrors {
            if let refusal = try await posts.unlike(post, by: caller.user) { throw DomainError(postRefusal: refusal) }
        }
    }
}
