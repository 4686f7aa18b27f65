import Chassis
import Domain
import Features
import HTTP

/// The bodies of drafts and of versions of posts.
extension SocialPlayResponses {
    func draft(_ draft: UserDraft, _ status: Status = 200) -> Response {
        object(status) { write(draft, to: &$0) }
    }

    /// `{drafts}`. The link continues behind the last draft.
    func drafts(_ page: DraftPage, _ asked: Page, _ request: Request) -> Response {
        let response = object { body in
            body.member("drafts", array: page.drafts) { list, draft in list.object { write(draft, to: &$0) } }
        }
        guard let next = page.next else { return response }
        return response.with("Link", "<\(request.path)?limit=\(asked.limit)&cursor=\(next)>; rel=\"next\"")
    }

    /// `{versions}`, the newest first. The link continues behind the last version.
    func versions(_ page: PostVersionPage, _ asked: Page, _ request: Request) -> Response {
        let response = object { body in
            body.member("versions", array: page.versions) { list, version in
                list.object { entry in
                    entry.member("content", version.content)
                    entry.member("mediaUrls", json: version.mediaURLs)
                    entry.member("createdAt", version.createdAt, .milliseconds)
                    entry.member("isCurrent", version.isCurrent)
                }
            }
        }
        guard let next = page.next else { return response }
        return response.with("Link", "<\(request.path)?limit=\(asked.limit)&cursor=\(next)>; rel=\"next\"")
    }

    private func write(_ draft: UserDraft, to object: inout JSONWriter) {
        object.member("id", draft.id)
        object.member("content", draft.content)
        object.member("mediaUrls", json: draft.mediaURLs)
        object.member("mediaType", draft.mediaType?.rawValue)
        object.member("visibility", draft.visibility.rawValue)
        object.member("publishAt", draft.publishAt, .milliseconds)
        object.member("postId", draft.post)
        object.member("createdAt", draft.createdAt, .milliseconds)
        object.member("updatedAt", draft.updatedAt, .milliseconds)
    }
}
