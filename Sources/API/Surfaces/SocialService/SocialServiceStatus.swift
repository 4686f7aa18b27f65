import Chassis
import Domain
import Features
import HTTP

/// `/v1/status` (S0-65 to S0-73).
struct SocialServiceStatus: Sendable {
    let presence: UpdatePresence
    let listFriends: ListFriends
    let responses: SocialServiceResponses

    private struct Playing: Decodable {
        let currentGame: String?
    }

    /// S0-65, S0-66. The body is optional; without a game the game is cleared.
    @Sendable func online(_ request: Request, by caller: Caller) async throws -> Response {
        let game = try await request.optionalJSON(Playing.self)?.currentGame.map { try GameTitle($0) }
        return show(try await presence.online(playing: game, by: caller), of: caller)
    }

    /// Beyond the document.
    @Sendable func away(_ request: Request, by caller: Caller) async throws -> Response {
        show(try await presence.away(by: caller), of: caller)
    }

    /// S0-67, S0-72.
    @Sendable func offline(_ request: Request, by caller: Caller) async throws -> Response {
        show(try await presence.offline(by: caller), of: caller)
    }

    /// S0-71.
    @Sendable func unknown(_ request: Request, by caller: Caller) async throws -> Response {
        throw DomainError.invalidStatus
    }

    /// Beyond the document: extends a session, and shows the interval.
    @Sendable func heartbeat(_ request: Request, by caller: Caller) async throws -> Response {
        let state = try await presence.heartbeat(by: caller)
        let seconds = Int(presence.heartbeatInterval.components.seconds)
        return responses.object { object in
            object.member("userId", caller.user)
            responses.write(state, as: "status", to: &object)
            object.member("nextHeartbeatInSeconds", seconds)
        }
    }

    /// S0-69.
    @Sendable func friends(_ request: Request, by caller: Caller) async throws -> Response {
        responses.array(try await listFriends.all(by: caller)) { object, entry in
            object.member("userId", entry.friend.id)
            object.member("username", entry.friend.username)
            responses.write(entry.presence, as: "status", to: &object)
        }
    }

    /// S0-68.
    private func show(_ presence: UserPresence, of caller: Caller) -> Response {
        responses.object { object in
            object.member("userId", caller.user)
            responses.write(presence, as: "status", to: &object)
        }
    }
}
