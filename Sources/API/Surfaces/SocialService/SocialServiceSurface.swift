import Chassis
import HTTP

/// The Social Service: `/v1` and `/integration`, and the same below `/social` (S0-1, S0-2).
struct SocialServiceSurface: Sendable {
    static let prefixes = ["", "/social"]
    private let context: LoopContext
    private let shared: SharedContext

    init(_ context: LoopContext, _ shared: SharedContext) {
        self.context = context
        self.shared = shared
    }

    var table: RouteTable {
        let guards = SocialServiceGuards(context: context, internalToken: shared.settings.internalToken.exposed)
        let answers = SocialServiceResponses(publicBaseURL: shared.settings.publicBaseURL)
        return RouteTable(
            prefixes: Self.prefixes.flatMap { ["\($0)/v1", "\($0)/integration"] },
            routes: Self.prefixes.flatMap { routes(below: $0, guards, answers) }, render: render)
    }

    private func routes(
        below prefix: String, _ guards: SocialServiceGuards, _ answers: SocialServiceResponses
    ) -> [Route] {
        let health = SocialServiceHealth(context: context, startedAt: shared.startedAt)
        return [
            Route(.get, immediate: "\(prefix)/v1/health", health.basic),
            Route(.get, "\(prefix)/v1/health/detailed", guards.anyone(health.detailed)),
        ]
            + friends("\(prefix)/v1/friends", guards, SocialServiceFriends(context: context, answers: answers))
            + messages("\(prefix)/v1/messages", guards, SocialServiceMessages(context: context, answers: answers))
            + status("\(prefix)/v1/status", guards, SocialServiceStatus(context: context, answers: answers))
            + notifications(
                "\(prefix)/v1/notifications", guards,
                SocialServiceNotifications(context: context, answers: answers))
            + integration(
                "\(prefix)/integration", guards, SocialServiceIntegration(context: context, answers: answers))
    }

    private func friends(_ path: String, _ guards: SocialServiceGuards, _ friends: SocialServiceFriends) -> [Route] {
        [
            Route(.post, "\(path)/request", guards.people(.socialRequests, friends.ask)),
            Route(.delete, "\(path)/request/:requestId", guards.people(friends.cancel)),
            Route(.post, "\(path)/accept/:requestId", guards.people(friends.accept)),
            Route(.post, "\(path)/decline/:requestId", guards.people(friends.decline)),
            Route(.get, path, guards.people(friends.list)),
            Route(.get, "\(path)/requests", guards.people(friends.incoming)),
            Route(.get, "\(path)/requests/outgoing", guards.people(friends.outgoing)),
            Route(.get, "\(path)/search", guards.people(.socialSearch, friends.search)),
            Route(.get, "\(path)/blocks", guards.people(friends.blocks)),
            Route(.post, "\(path)/block/:userId", guards.people(friends.block)),
            Route(.delete, "\(path)/block/:userId", guards.people(friends.unblock)),
            Route(.delete, "\(path)/:friendId", guards.people(friends.remove)),
        ]
    }

    private func messages(_ path: String, _ guards: SocialServiceGuards, _ messages: SocialServiceMessages) -> [Route] {
        [
            Route(.post, path, guards.people(.socialMessages, messages.send)),
            Route(.get, "\(path)/conversations", guards.people(messages.conversations)),
            Route(.get, "\(path)/conversations/:friendId", guards.people(messages.history)),
            Route(.put, "\(path)/:messageId/read", guards.people(messages.read)),
        ]
    }

    private func status(_ path: String, _ guards: SocialServiceGuards, _ status: SocialServiceStatus) -> [Route] {
        [
            Route(.put, "\(path)/online", guards.people(.socialStatus, status.online)),
            Route(.put, "\(path)/away", guards.people(.socialStatus, status.away)),
            Route(.put, "\(path)/offline", guards.people(.socialStatus, status.offline)),
            Route(.put, "\(path)/:status", guards.people(.socialStatus, status.unknown)),
            Route(.post, "\(path)/heartbeat", guards.people(.socialStatus, isActivity: false, status.heartbeat)),
            Route(.get, "\(path)/friends", guards.people(status.friends)),
        ]
    }

    private func notifications(
        _ path: String, _ guards: SocialServiceGuards, _ notifications: SocialServiceNotifications
    ) -> [Route] {
        [
            Route(.get, path, guards.people(notifications.list)),
            Route(.put, "\(path)/read-all", guards.people(notifications.readAll)),
            Route(.put, "\(path)/:notificationId/read", guards.people(notifications.read)),
            Route(.get, "\(path)/preferences", guards.people(notifications.preferences)),
            Route(.put, "\(path)/preferences", guards.people(notifications.choose)),
            Route(.get, "\(path)/push/key", guards.people(notifications.pushKey)),
            Route(.post, "\(path)/push/subscriptions", guards.people(notifications.subscribe)),
            Route(.delete, "\(path)/push/subscriptions/:subscriptionId", guards.people(notifications.unsubscribe)),
        ]
    }

    private func integration(
        _ path: String, _ guards: SocialServiceGuards, _ integration: SocialServiceIntegration
    ) -> [Route] {
        [
            Route(
                .get, "\(path)/achievement/:userId/friends",
                guards.services(.integrationAchievement, integration.friends)),
            Route(
                .post, "\(path)/achievement/webhook/first-friend",
                guards.services(.integrationAchievement, integration.firstFriend)),
            Route(
                .get, "\(path)/review/:userId/connections/:targetUserId",
                guards.services(.integrationReview, integration.connection)),
            Route(
                .get, "\(path)/review/:userId/mutual-friends/:targetUserId",
                guards.services(.integrationReview, integration.mutualFriends)),
            Route(
                .get, "\(path)/notification/:userId/preferences",
                guards.services(.integrationNotification, integration.preferences)),
        ]
    }

    /// S0-90. What was refused before it was counted (a path that is not there) tells of the general limit.
    @Sendable private func render(_ error: any Error, _ request: Request) -> Response {
        let outcome = ErrorResponse(error, request, context.log)
        var writer = JSONWriter()
        writer.object { body in
            body.member("error", SocialServiceErrorTable.code(of: error, outcome.status))
            body.member("message", outcome.message)
            body.member("statusCode", outcome.status.rawValue)
            body.member("timestamp", .now, .seconds)
            body.member("path", request.path)
        }
        if !request.answerHeaders.contains(where: { "\($0.name)" == "X-RateLimit-Limit" }) {
            request.answerHeaders += QuotaHeaders.uncounted
        }
        return .json(outcome.status, writer.bytes, headers: outcome.headers).with("Cache-Control", "no-store")
    }
}
