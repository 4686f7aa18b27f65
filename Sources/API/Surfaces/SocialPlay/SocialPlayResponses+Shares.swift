import Chassis
import Domain
import Features
import HTTP

/// The bodies of shares, bookmarks and mutes.
extension SocialPlayResponses {
    /// `{shares, pagination}`, the last first.
    func shares(_ found: SharePage, _ page: Page, _ request: Request) -> Response {
        let response = object { body in
            body.member("shares", array: found.shares) { list, share in
                list.object { entry in
                    entry.member("createdAt", share.createdAt, .milliseconds)
                    entry.object("user") { write(share.user, to: &$0) }
                }
            }
            write(page, total: found.total, to: &body)
        }
        return response.continued(at: found.next, page, request)
    }

    /// An array of posts and when they were added to a list.
    /// - Parameter member: The name of that time.
    func posts<ID>(
        _ found: PostListPage<ID>, addedAt member: StaticString, _ page: Page, _ request: Request
    ) -> Response {
        let response = array(found.entries) { object, entry in
            write(entry.post, to: &object)
            object.member(member, entry.addedAt, .milliseconds)
        }
        return response.continued(at: found.next, page, request)
    }

    /// An array of users and when they were muted.
    func mutes(_ users: [MutedUser], next: MuteID?, _ page: Page, _ request: Request) -> Response {
        let response = array(users) { object, entry in
            write(entry.user, to: &object)
            object.member("mutedAt", entry.mutedAt, .milliseconds)
        }
        return response.continued(at: next, page, request)
    }
}

extension Response {
    /// The response with a link to the next page of a list, if there is one.
    fileprivate func continued(at next: (some EntityID)?, _ page: Page, _ request: Request) -> Response {
        guard let next else { return self }
        return with("Link", "<\(request.path)?limit=\(page.limit)&cursor=\(next)>; rel=\"next\"")
    }
}
