package import Chassis
package import Domain
import Storage

/// A draft or scheduled post as its author sees it.
package struct UserDraft: Sendable {
    package let id: DraftID
    package let content: String
    /// A JSON array of addresses.
    package let mediaURLs: [UInt8]
    package let mediaType: PostMediaType?
    package let visibility: PostVisibility
    /// Nil for a draft that is not scheduled.
    package let publishAt: Timestamp?
    /// The id that a scheduled post will have.
    package let post: PostID?
    /// How often its author has changed it, counted from 1.
    package let version: Int
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    init(_ draft: Draft) {
        id = draft.id
        content = draft.content
        mediaURLs = draft.mediaURLs
        mediaType = draft.mediaType
        visibility = draft.visibility
        publishAt = draft.schedule?.publishAt
        post = draft.schedule?.post
        version = draft.version
        createdAt = draft.createdAt
        updatedAt = draft.updatedAt
    }
}

/// A page of drafts, the last created first.
package struct DraftPage: Sendable {
    package let drafts: [UserDraft]
    /// The last draft of the page, if there are more.
    package let next: DraftID?
}

/// Reads the caller's drafts and scheduled posts.
package struct ReadDrafts: Sendable {
    let drafts: DraftStore

    /// - Throws: `draft_not_found`.
    package func draft(_ draft: DraftID, by caller: Caller) async throws(DomainError) -> UserDraft {
        guard let found = try await domainErrors({ try await drafts.find(.draft(draft), of: caller.user) }) else {
            throw .draftNotFound
        }
        return UserDraft(found)
    }

    /// - Parameter last: The page follows this draft; nil for the first page.
    package func callAsFunction(
        limit: Int, after last: DraftID?, by caller: Caller
    ) async throws(DomainError) -> DraftPage {
        try await domainErrors {
            let found = try await drafts.page(of: caller.user, after: last, limit: limit + 1)
            let page = found.prefix(limit)
            return DraftPage(drafts: page.map(UserDraft.init), next: found.count > limit ? page.last?.id : nil)
        }
    }
}
