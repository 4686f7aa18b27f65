import Chassis
import Crypto
import Domain
import Foundation
import Jobs
import Postgres
import Redis
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Workers

/// A user with browsers at push services on loopback, and notifications that are to be delivered to each. The test runs
/// one attempt at a time, says what the service does with it, and lets time pass. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class DeliveryWorld: @unchecked Sendable {
    /// The outcome of an attempt, as the engine sees it.
    enum Outcome: Equatable {
        case finished
        /// Seconds.
        case snoozed(Double)
        /// Costs an attempt.
        case failed
        case dead
    }

    /// One notification for one browser.
    struct Delivery {
        let id: JobID
        let browser: Int
        let job: WaitingJob
    }

    let pools: PoolHarness
    let user: UserID
    let servers: [EndpointServer]
    let browsers: [SubscriptionID]
    private(set) var deliveries: [Delivery] = []
    private let next: NextBehaviour
    private let handlers: [JobHandler]
    private let webPush: JobHandler

    /// What the services do with the next request; any thread.
    private final class NextBehaviour: Sendable {
        let value = Mutex(EndpointServer.Behaviour.answer(201))
    }

    private init(_ pools: PoolHarness, hosts: Int, browsers count: Int) async throws {
        self.pools = pools
        pools.timeout = .milliseconds(150)
        let next = NextBehaviour()
        self.next = next
        servers = try (0..<hosts).map { _ in try EndpointServer { _ in next.value.withLock { $0 } } }
        user = try await pools.register("bob")
        let store = PushSubscriptions(pools.context.database)
        var browsers: [SubscriptionID] = []
        for number in 0..<count {
            let id = try await store.add(
                PushSubscriptions.Subscription(
                    id: PoolHarness.id(), endpoint: servers[number % hosts].url("/\(number)"),
                    publicKey: KeyPair().publicPoint, secret: [UInt8](repeating: 7, count: 16)), of: user)
            browsers.append(try #require(id))
        }
        self.browsers = browsers
        handlers = try pools.handlers()
        webPush = try #require(handlers.first { $0.kind == SendWebPush.kind })
    }

    /// Runs a body with a new world; the test must have the `.database` trait.
    static func open(
        hosts: Int = 1, browsers: Int, notifications: Int,
        _ body: @escaping @Sendable (DeliveryWorld) async throws -> Void
    ) async throws {
        try await PoolHarness.open { pools in
            let world = try await DeliveryWorld(pools, hosts: hosts, browsers: browsers)
            defer { for server in world.servers { server.stop() } }
            for number in 0..<notifications { try await world.notify("ada\(number)") }
            try await body(world)
        }
    }

    /// Notifies the user, and enqueues the deliveries.
    private func notify(_ sender: String) async throws {
        let request = try await pools.request(from: try await pools.register(sender), to: user)
        try await pools.enqueue(Notify(.friendRequest, to: user, by: nil, entity: request))
        try await pools.inline.runAll(handlers.filter { [Notify.kind, SendPush.kind].contains($0.kind) })
        for job in try await pools.waiting(SendWebPush.kind) where !deliveries.contains(where: { $0.id == job.id }) {
            let push = try SendWebPush(payload: job.envelope.args)
            let browser = try #require(browsers.firstIndex(of: push.subscription))
            deliveries.append(Delivery(id: job.id, browser: browser, job: job))
        }
    }

    /// Runs one attempt of a delivery.
    /// - Parameters:
    ///   - attempt: How many attempts have failed.
    ///   - id: The id of the job, if it is not the delivery's own.
    func attempt(
        _ delivery: Delivery, after attempt: Int = 0, id: JobID? = nil, _ behaviour: EndpointServer.Behaviour
    ) async throws -> Outcome {
        next.value.withLock { $0 = behaviour }
        let envelope = Envelope(
            id: id ?? delivery.id, kind: SendWebPush.kind, attempt: attempt, trace: nil,
            args: delivery.job.envelope.args)
        let context = JobContext(envelope, handler: webPush, checkpoint: nil, log: pools.log)
        do {
            _ = try await webPush.run(envelope.args, context)
            return .finished
        } catch JobError.snooze(let time) {
            return .snoozed(Double(time.milliseconds) / 1_000)
        } catch JobError.permanent {
            return .dead
        } catch is DeliveryFailed {
            return .failed
        }
    }

    /// The requests that arrived, with their paths.
    var requests: [String] { servers.flatMap(\.requests) }

    /// Lets time pass in Redis: moves every time that it keeps for deliveries.
    func pass(seconds: Double) async throws {
        let redis = pools.context.redis
        let keys = try await redis.command(["KEYS", RedisArgument(redis.key("delivery:*"))]).array ?? []
        for key in keys.compactMap(\.text) {
            for field in ["until", "probe"] {
                let name: [RedisArgument] = [RedisArgument(key), RedisArgument(field)]
                guard let time = try await redis.command(["HGET"] + name).text.flatMap({ Int($0) }) else { continue }
                _ = try await redis.command(["HSET"] + name + [RedisArgument(time - Int(seconds * 1_000))])
            }
        }
    }

    func setQuietHours(_ isQuiet: Bool) async throws {
        try await pools.choose(user, quietHours: isQuiet ? PoolHarness.quietNow : nil)
    }

    /// Whether the subscription still exists, by browser.
    func isSubscribed() async throws -> [Bool] {
        let kept = Set(try await PushSubscriptions(pools.context.database).list(of: user).map(\.id))
        return browsers.map(kept.contains)
    }
}
