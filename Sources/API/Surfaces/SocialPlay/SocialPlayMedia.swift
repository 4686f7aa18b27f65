import Chassis
import Domain
import Features
import HTTP

/// Pictures for posts and messages (S2-137 to S2-143).
struct SocialPlayMedia: Sendable {
    let context: RequestContext
    let media: MediaFeature
    let addresses: MediaAddresses
    let responses: SocialPlayResponses

    /// `{url}`.
    @Sendable func upload(_ request: Request, by caller: Caller) async throws -> Response {
        let file = try await UploadForm.receive(request, as: .picture, media.upload, by: caller)
        return responses.object(201) { $0.member("url", addresses.address(of: file.id, of: file.owner)) }
    }

    /// A picture at the address that its upload has answered.
    @Sendable func read(_ request: Request) async throws -> Response {
        let path = "\(request.parameter("userId"))/\(request.parameter("fileName"))"
        guard let picture = MediaAddresses.picture(path) else { throw RoutingError.notFound }
        let content = try await media.read.picture(
            picture.id, of: picture.owner, for: context.possibleViewer(of: request))
        return try .content(content, for: request)
    }
}
