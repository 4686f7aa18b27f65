import Domain
import Jobs
import TestSupport
import Testing

@testable import Workers

/// Deliveries to the addresses of the operator's settings.
@Suite("Webhooks", .database)
struct WebhookTests {
    @Test func `a webhook that answers 429 is asked again when it said, and costs no attempt`() async throws {
        try await withWebhook { _ in
            .answer(429, headers: ["Retry-After: 3600"])
        } body: { pools, server in
            for _ in 0..<3 {
                let error = try await failure(pools)
                guard case .snooze(let time) = error as? JobError else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(time > .seconds(3_500) && time <= .seconds(3_600))
            }
            #expect(server.requests == ["/push"])
        }
    }

    @Test(arguments: [400, 409, 410, 422])
    func `a webhook that refuses a delivery gets it once`(status: Int) async throws {
        try await withWebhook { _ in
            .answer(status)
        } body: { pools, server in
            guard case .permanent(let reason) = try await failure(pools) as? JobError else {
                Issue.record("it is not refused")
                return
            }
            #expect(reason == "the service answered \(status)")
            #expect(server.requests == ["/push"])
        }
    }

    // The operator's settings are wrong, and not the job.
    @Test(arguments: [401, 403, 404, 405, 407])
    func `a webhook that refuses the sender or the address is tried again`(status: Int) async throws {
        try await withWebhook { _ in
            .answer(status)
        } body: { pools, server in
            for _ in 0..<2 {
                let error = try await failure(pools)
                #expect(error is DeliveryFailed)
            }
            #expect(server.requests.count == 2)
        }
    }

    @Test(arguments: [EndpointServer.Behaviour.answer(500), .answer(302), .tarpit, .reset])
    func `any other failure is repeated, and five in a row pause the webhook`(
        behaviour: EndpointServer.Behaviour
    ) async throws {
        try await withWebhook { _ in
            behaviour
        } body: { pools, server in
            for _ in 0..<5 {
                let error = try await failure(pools)
                #expect(error is DeliveryFailed)
            }
            // A redirect is an answer of a host that works.
            if behaviour == .answer(302) { return }
            guard case .snooze(let time) = try await failure(pools) as? JobError else {
                Issue.record("it is not paused")
                return
            }
            #expect(time <= .seconds(30))
            #expect(server.requests.count == 5)
        }
    }

    @Test func `a job that an earlier version enqueues meanwhile moves to the queue of deliveries`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let old = OutboxJob(
                id: PoolHarness.id(), queue: "notifications", kind: "report-first-friend",
                payload: #"{"user":"\#(ada)","friend":"\#(bob)"}"#)
            _ = try await Outbox(pools.context.database).add([old])
            let settings = try pools.settings(.notifications)
            let moved = try NotificationsPool.handlers(pools.context, settings)
            // Once more, as after the death of a worker: the step is not repeated.
            try await pools.inline.runOnce(old, moved)
            try await pools.inline.runOnce(old, moved)
            let waiting = try await pools.waiting(ReportFirstFriend.kind).filter { $0.id != old.id }
            #expect(waiting.count == 1)
            #expect(try await pools.queues() == ["deliveries", "notifications"])
            let job = try ReportFirstFriend(payload: waiting[0].envelope.args)
            #expect(job.friend == bob)
        }
    }

    /// Runs the job of one push, and returns its error.
    private func failure(_ pools: PoolHarness) async throws -> (any Error)? {
        do {
            try await pools.inline.runAll([try pools.handler(SendPush.kind)])
            return nil
        } catch let failure as InlineJobs.Failure {
            return failure.cause
        }
    }

    private func withWebhook(
        _ behaviour: @escaping @Sendable (String) -> EndpointServer.Behaviour,
        body: @escaping @Sendable (PoolHarness, EndpointServer) async throws -> Void
    ) async throws {
        let server = try EndpointServer(behaviour)
        defer { server.stop() }
        try await PoolHarness.open(["PUSH_WEBHOOK_URL": server.url("/push")]) { pools in
            pools.timeout = .milliseconds(300)
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let request = try await pools.request(from: ada, to: bob)
            try await pools.run(Notify(.friendRequest, to: bob, by: ada, entity: request))
            try await body(pools, server)
        }
    }
}
