import Chassis
import Features
import HTTP

/// The Social Service: `/v1` and `/integration`, and the same below `/social` (S0-1, S0-2).
struct SocialServiceSurface: Sendable {
    /// The features that the document names.
    struct Features: Sendable {
        let friends: FriendFeature
        let messages: MessageFeature
        let presence: PresenceFeature
        let notifications: NotificationFeature
        let events: EventFeature
        let integration: IntegrationFeature
        let operations: OperationsFeature
    }

    static let prefixes = ["", "/social"]
    private let context: RequestContext
    private let services: ServiceAuthenticator
    private let features: Features
    private let responses: SocialServiceResponses
    private let payloads: EventPayloads
    /// On the monotonic clock, in nanoseconds.
    private let startedAt: UInt64

    init(
        _ context: RequestContext, _ services: ServiceAuthenticator, _ features: Features, publicBaseURL: String,
        startedAt: UInt64
    ) {
        self.context = context
        self.services = services
        self.features = features
        self.startedAt = startedAt
        responses = SocialServiceResponses(publicBaseURL: publicBaseURL)
        payloads = EventPayloads(publicBaseURL: publicBaseURL)
    }

    var table: RouteTable {
        let guards = SocialServiceGuards(context, services)
        return RouteTable(
            prefixes: Self.prefixes.flatMap { ["\($0)/v1", "\($0)/integration"] },
            routes: Self.prefixes.flatMap { routes(below: $0, guards) }, render: render)
    }

    private func routes(below prefix: String, _ guards: SocialServiceGuards) -> [Route] {
        let health = SocialServiceHealth(checkHealth: features.operations.checkHealth, startedAt: startedAt)
        let friends = SocialServiceFriends(friends: features.friends, responses: responses)
        let messages = SocialServiceMessages(messages: features.messages, responses: responses)
        let status = SocialServiceStatus(
            presence: features.presence.update, listFriends: features.friends.list, responses: responses)
        let notifications = SocialServiceNotifications(
            notifications: features.notifications, responses: responses)
        let events = SocialServiceEvents(read: features.events.read, payloads: payloads, responses: responses)
        let integration = SocialServiceIntegration(
            context: context, integration: features.integration.answer, responses: responses)
        return [
            Route(.get, immediate: "\(prefix)/v1/health", health.basic),
            Route(.get, "\(prefix)/v1/health/detailed", guards.anyone(health.detailed)),
            Route(.get, "\(prefix)/v1/events", guards.users(.socialEvents, events.list)),
        ]
            + self.friends("\(prefix)/v1/friends", guards, friends)
            + self.messages("\(prefix)/v1/messages", guards, messages)
            + self.status("\(prefix)/v1/status", guards, status)
            + self.notifications("\(prefix)/v1/notifications", guards, notifications)
            + self.integration("\(prefix)/integration", guards, integration)
    }

    private func friends(_ path: String, _ guards: SocialServiceGuards, _ friends: SocialServiceFriends) -> [Route] {
        [
            Route(.post, "\(path)/request", guards.users(.socialRequests, friends.send)),
            Route(.delete, "\(path)/request/:requestId", guards.users(friends.cancel)),
            Route(.post, "\(path)/accept/:requestId", guards.users(friends.accept)),
            Route(.post, "\(path)/decline/:requestId", guards.users(friends.decline)),
            Route(.get, path, guards.users(friends.list)),
            Route(.get, "\(path)/requests", guards.users(friends.incoming)),
            Route(.get, "\(path)/requests/outgoing", guards.users(friends.outgoing)),
            Route(.get, "\(path)/search", guards.users(.socialSearch, friends.search)),
            Route(.get, "\(path)/blocks", guards.users(friends.blocks)),
            Route(.post, "\(path)/block/:userId", guards.users(friends.block)),
            Route(.delete, "\(path)/block/:userId", guards.users(friends.unblock)),
            Route(.delete, "\(path)/:friendId", guards.users(friends.remove)),
        ]
    }

    private func messages(_ path: String, _ guards: SocialServiceGuards, _ messages: SocialServiceMessages) -> [Route] {
        [
            Route(.post, path, guards.users(.socialMessages, messages.send)),
            Route(.get, "\(path)/conversations", guards.users(messages.conversations)),
            Route(.get, "\(path)/conversations/:friendId", guards.users(messages.history)),
            Route(.put, "\(path)/:messageId/read", guards.users(messages.read)),
        ]
    }

    private func status(_ path: String, _ guards: SocialServiceGuards, _ status: SocialServiceStatus) -> [Route] {
        [
            Route(.put, "\(path)/online", guards.users(.socialStatus, status.online)),
            Route(.put, "\(path)/away", guards.users(.socialStatus, status.away)),
            Route(.put, "\(path)/offline", guards.users(.socialStatus, status.offline)),
            Route(.put, "\(path)/:status", guards.users(.socialStatus, status.unknown)),
            Route(.post, "\(path)/heartbeat", guards.users(.socialStatus, isActivity: false, status.heartbeat)),
            Route(.get, "\(path)/friends", guards.users(status.friends)),
        ]
    }

    private func notifications(
        _ path: String, _ guards: SocialServiceGuards, _ notifications: SocialServiceNotifications
    ) -> [Route] {
        [
            Route(.get, path, guards.users(notifications.list)),
            Route(.put, "\(path)/read-all", guards.users(notifications.readAll)),
            Route(.put, "\(path)/:notificationId/read", guards.users(notifications.read)),
            Route(.get, "\(path)/preferences", guards.users(notifications.preferences)),
            Route(.put, "\(path)/preferences", guards.users(notifications.choose)),
            Route(.get, "\(path)/push/key", guards.users(notifications.pushKey)),
            Route(.post, "\(path)/push/subscriptions", guards.users(notifications.subscribe)),
            Route(.delete, "\(path)/push/subscriptions/:subscriptionId", guards.users(notifications.unsubscribe)),
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

    /// S0-90. An error before any limit was counted, such as an unknown path, shows the general limit.
    @Sendable private func render(_ error: any Error, _ request: Request) -> Response {
        let error = ErrorResponse(error, request, context.log, table: SocialServiceErrorTable.entry)
        var writer = JSONWriter()
        writer.object { body in
            body.member("error", error.code ?? SocialServiceErrorTable.code(ofStatus: error.status.rawValue))
            body.member("message", error.message)
            body.member("statusCode", error.status.rawValue)
            body.member("timestamp", .now, .seconds)
            body.member("path", request.path)
        }
        if !request.responseHeaders.contains(where: { "\($0.name)" == "X-RateLimit-Limit" }) {
            request.responseHeaders += SocialServiceHealth.uncountedQuota
        }
        return .json(error.status, writer.bytes, headers: error.headers).with("Cache-Control", "no-store")
    }
}
