import Chassis
import Domain
import Jobs
import Redis
import Storage
import TestSupport
import Testing

@testable import Features

extension FeatureHarness {
    /// Runs a body with the subscription of the events.
    func withSignals(
        redisAt port: Int? = nil, _ body: () async throws -> Void
    ) async throws {
        let url = try port.map { "redis://127.0.0.1:\($0)" } ?? TestServers.redisURL
        var settings = try RedisSettings(url: url, prefix: redis.key(""))
        if port != nil { settings.commandTimeout = .milliseconds(500) }
        events.signals.start(settings, log: Log(level: .error, format: .text, to: .standardError))
        do { try await body() } catch {
            await events.signals.close()
            throw error
        }
        await events.signals.close()
    }

    func isSubscribed(to user: Caller) async throws {
        let channel = redis.key(UserEventChannel.name(of: user.user))
        try await eventually("the channel is subscribed") {
            let reply = try await redis.command(["PUBSUB", "NUMSUB", RedisArgument(channel)])
            return reply.array?.last?.integer == 1
        }
    }

    func notify(
        _ kind: NotificationKind, to user: UserID, by actor: UserID, about entity: Identifier
    ) async throws {
        let new = NewNotification(
            id: FeatureHarness.id(), user: user, try #require(NotificationCatalog.standard[kind]), actor: actor,
            entity: entity, title: nil, event: "\(kind.rawValue):\(entity)")
        let job = OutboxJob(id: FeatureHarness.id(), queue: "q", kind: "k", payload: "{}")
        _ = try await Outbox(database).add([job])
        _ = try await NotificationStore(database).create(new, push: nil, digest: nil, finishing: job.id)
    }
}
