import Chassis
import Domain
import Features
import HTTP

/// `GET /v1/events`: the log of the caller's events, for clients without a socket. Beyond the document.
struct SocialServiceEvents: Sendable {
    let read: ReadEvents
    let payloads: EventPayloads
    let responses: SocialServiceResponses

    @Sendable func list(_ request: Request, by caller: Caller) async throws -> Response {
        let errors = FieldErrors()
        let (position, wait) = try errors.all(
            errors.read { () throws(DomainError) in try Self.position(request) },
            errors.read { () throws(DomainError) in try Self.wait(request) })
        request.endsWithClient = wait > .zero
        let page = try await read(after: position, waiting: wait, by: caller)
        return responses.object { body in
            body.member("events", array: page.events) { list, event in
                list.object { entry in
                    entry.member("type", EventPayloads.name(of: event))
                    entry.member("position", event.position.description)
                    entry.object("data") { payloads.write(event, for: caller.user, to: &$0) }
                }
            }
            body.member("position", page.position.description)
            body.member("resync", page.isResync)
        }
    }

    private static func position(_ request: Request) throws(DomainError) -> EventPosition? {
        guard let text = request.query("after") else { return nil }
        guard let position = EventPosition(text) else {
            throw DomainError(field: "after", reason: "after must be a position of an earlier answer")
        }
        return position
    }

    /// A longer wait is the longest one, as everywhere a limit that is too high (S0-31).
    private static func wait(_ request: Request) throws(DomainError) -> Duration {
        guard let text = request.query("wait") else { return .zero }
        guard let seconds = Int(text), seconds >= 0 else {
            throw DomainError(field: "wait", reason: "wait must be a number of seconds from 0")
        }
        return min(.seconds(min(seconds, 3_600)), ReadEvents.longestWait)
    }
}
