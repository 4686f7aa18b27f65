import Chassis
import Domain
import HTTP
import Jobs
import Storage

/// `/v1/status` (S0-65 to S0-73).
struct SocialServiceStatus: Sendable {
    let context: LoopContext
    let answers: SocialServiceResponses

    private struct Playing: Decodable {
        let currentGame: String?
    }

    /// S0-65, S0-66. The body may be left out; without a game there is none.
    @Sendable func online(_ request: Request, by principal: Principal) async throws -> Response {
        let game = try await request.optionalJSON(Playing.self)?.currentGame.map { try GameTitle($0) }
        return show(try await context.ownPresence.online(playing: game, by: principal), of: principal)
    }

    /// Beyond the document.
    @Sendable func away(_ request: Request, by principal: Principal) async throws -> Response {
        show(try await context.ownPresence.away(by: principal), of: principal)
    }

    /// S0-67, S0-72.
    @Sendable func offline(_ request: Request, by principal: Principal) async throws -> Response {
        show(try await context.ownPresence.offline(by: principal), of: principal)
    }

    /// S0-71.
    @Sendable func unknown(_ request: Request, by principal: Principal) async throws -> Response {
        throw InvalidStatus()
    }

    /// Beyond the document: keeps a session, and says how long for.
    @Sendable func heartbeat(_ request: Request, by principal: Principal) async throws -> Response {
        let presence = try await context.ownPresence.heartbeat(by: principal)
        let seconds = Int(context.ownPresence.times.heartbeat.components.seconds)
        return answers.object { object in
            object.member("userId", principal.user.description)
            answers.write(presence, as: "status", to: &object)
            object.member("nextHeartbeatInSeconds", seconds)
        }
    }

    /// S0-69.
    @Sendable func friends(_ request: Request, by principal: Principal) async throws -> Response {
        answers.array(try await context.listFriends.all(of: principal)) { object, entry in
            object.member("userId", entry.friendship.friend.id.description)
            object.member("username", entry.friendship.friend.username)
            answers.write(entry.presence, as: "status", to: &object)
        }
    }

    /// S0-68.
    private func show(_ presence: Presence, of principal: Principal) -> Response {
        answers.object { object in
            object.member("userId", principal.user.description)
            answers.write(presence, as: "status", to: &object)
        }
    }
}
