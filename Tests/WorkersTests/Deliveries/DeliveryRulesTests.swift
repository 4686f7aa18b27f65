import Chassis
import Domain
import Jobs
import TestSupport
import Testing

@testable import Workers

/// The rules of deliveries to browsers against a model, for random sequences of answers.
@Suite("Delivery rules", .database)
struct DeliveryRulesTests {
    private static let behaviours: [EndpointServer.Behaviour] = [
        .answer(201), .answer(200), .endlessBody(201), .answer(400), .answer(403), .answer(413), .answer(307),
        .answer(404), .answer(410), .answer(429), .answer(429, headers: ["Retry-After: 3600"]),
        .answer(429, headers: ["Retry-After: 120"]), .answer(429, headers: ["Retry-After: 99999999999"]),
        .answer(503, headers: ["Retry-After: 900"]), .answer(503), .answer(500), .answer(502), .answer(408), .tarpit,
        .endlessHead, .reset, .tarpit, .reset, .answer(500), .answer(503),
    ]

    @Test(arguments: 1...10)
    func `any sequence of answers delivers, retries, waits and removes as the rules say`(seed: UInt64) async throws {
        try await DeliveryWorld.open(hosts: 2, browsers: 4, notifications: 6) { world in
            var random = SeededGenerator(seed: seed)
            var model = DeliveryModel(
                hosts: [.init(), .init()], browsers: Array(repeating: .init(), count: 4),
                deliveries: world.deliveries.map { _ in .init() })
            #expect(world.deliveries.count == 24)
            // A sequence that has a favourite behaviour reaches what needs several of one kind in a row.
            var favourite = Self.behaviours[0]
            for step in 0..<120 {
                if step % 12 == 0 { favourite = Self.behaviours.randomElement(using: &random)! }
                if Int.random(in: 0..<12, using: &random) == 0 {
                    model.isQuiet.toggle()
                    try await world.setQuietHours(model.isQuiet)
                }
                guard
                    let index = model.deliveries.indices.filter({ !model.deliveries[$0].isOver })
                        .randomElement(using: &random)
                else { break }
                let delivery = world.deliveries[index]
                let behaviour =
                    Bool.random(using: &random) ? favourite : Self.behaviours.randomElement(using: &random)!
                let attempt = model.deliveries[index].attempt
                let expected = model.attempt(index, of: delivery.browser, at: delivery.browser % 2, behaviour)
                let outcome = try await world.attempt(delivery, after: attempt, behaviour)
                let story = "step \(step), \(behaviour), attempt \(attempt): \(outcome), not \(expected)"
                if case .snoozed(let wait) = expected, case .snoozed(let seconds) = outcome {
                    // The database knows the end of the quiet hours to the minute; a slow machine takes its time.
                    let isClose = model.isQuiet ? (0...7_200).contains(seconds) : abs(seconds - wait) < 30
                    try #require(isClose, "\(story)")
                    if !model.isQuiet, Bool.random(using: &random) {
                        try await world.pass(seconds: wait + 60)
                        model.now += wait + 60
                    }
                } else {
                    try #require(outcome == expected, "\(story)")
                }
                #expect(world.requests.count == model.requests, "\(story)")
                // The clock of Redis goes on: no time of the model may come due by itself.
                while model.hasDeadline(within: 50) {
                    try await world.pass(seconds: 60)
                    model.now += 60
                }
            }
            let isSubscribed = try await world.isSubscribed()
            #expect(isSubscribed == model.browsers.map { !$0.isRemoved })
            // No delivery was repeated after it was accepted.
            #expect(model.deliveries.allSatisfy { $0.accepted <= 1 })
        }
    }

    @Test func `Retry-After of 429 lets the next attempt wait, for this browser alone, and uses up none`() async throws
    {
        try await DeliveryWorld.open(browsers: 2, notifications: 2) { world in
            let (first, other) = (world.deliveries[0], world.deliveries[1])
            #expect(first.browser != other.browser)
            let answer = EndpointServer.Behaviour.answer(429, headers: ["Retry-After: 3600"])
            #expect(try await world.attempt(first, answer) == .snoozed(3_600))
            for _ in 0..<20 {
                guard case .snoozed(3_500...3_600) = try await world.attempt(first, .answer(201)) else {
                    Issue.record("it did not wait")
                    return
                }
            }
            #expect(world.requests.count == 1)
            #expect(try await world.attempt(other, .answer(201)) == .finished)
            try await world.pass(seconds: 3_601)
            #expect(try await world.attempt(first, .answer(201)) == .finished)
            #expect(world.requests.count == 3)
        }
    }

    @Test func `a service that asks for no pause, or for years, gets a pause within bounds`() async throws {
        try await DeliveryWorld.open(browsers: 1, notifications: 1) { world in
            for pause in [1.0, 2, 4, 8, 16] {
                let none = EndpointServer.Behaviour.answer(429, headers: ["Retry-After: 0"])
                #expect(try await world.attempt(world.deliveries[0], none) == .snoozed(pause))
                try await world.pass(seconds: pause + 1)
            }
            let years = EndpointServer.Behaviour.answer(429, headers: ["Retry-After: 999999999"])
            #expect(try await world.attempt(world.deliveries[0], years) == .snoozed(86_400))
        }
    }

    @Test func `a delivery that was asked to wait for two days is dead-lettered, not repeated for ever`() async throws {
        try await DeliveryWorld.open(browsers: 1, notifications: 1) { world in
            let answer = EndpointServer.Behaviour.answer(429, headers: ["Retry-After: 3600"])
            let now = Timestamp.now.unixMilliseconds
            let young = JobID(unixMilliseconds: now - 47 * 3_600_000 - 1_800_000)
            guard case .snoozed(1_700...1_800) = try await world.attempt(world.deliveries[0], id: young, answer) else {
                Issue.record("it does not end with the two days")
                return
            }
            try await world.pass(seconds: 3_601)
            let old = JobID(unixMilliseconds: now - 48 * 3_600_000 - 1_000)
            #expect(try await world.attempt(world.deliveries[0], id: old, answer) == .dead)
            #expect(try await world.isSubscribed() == [true])
        }
    }

    @Test func `a host that fails five times is left alone, then probed by one delivery`() async throws {
        try await DeliveryWorld.open(browsers: 8, notifications: 1) { world in
            for number in 0..<5 { #expect(try await world.attempt(world.deliveries[number], .reset) == .failed) }
            guard case .snoozed(25...30) = try await world.attempt(world.deliveries[5], .answer(201)) else {
                Issue.record("the circuit is closed")
                return
            }
            try await world.pass(seconds: 31)
            // The probe fails: the circuit opens for twice as long.
            #expect(try await world.attempt(world.deliveries[5], .tarpit) == .failed)
            guard case .snoozed(55...60) = try await world.attempt(world.deliveries[6], .answer(201)) else {
                Issue.record("the circuit is closed")
                return
            }
            try await world.pass(seconds: 61)
            #expect(try await world.attempt(world.deliveries[6], .answer(201)) == .finished)
            #expect(try await world.attempt(world.deliveries[7], .answer(201)) == .finished)
            #expect(world.requests.count == 8)
        }
    }

    @Test func `a subscription ends when its push service refuses three deliveries in a row`() async throws {
        try await DeliveryWorld.open(browsers: 1, notifications: 6) { world in
            let deliveries = world.deliveries
            let first = try await world.attempt(deliveries[0], .answer(403))
            #expect(first == .dead)
            #expect(try await world.attempt(deliveries[1], .answer(403)) == .dead)
            #expect(try await world.attempt(deliveries[2], .answer(201)) == .finished)
            #expect(try await world.attempt(deliveries[3], .answer(400)) == .dead)
            #expect(try await world.attempt(deliveries[4], .answer(307)) == .dead)
            #expect(try await world.isSubscribed() == [true])
            #expect(try await world.attempt(deliveries[5], .answer(403)) == .finished)
            #expect(try await world.isSubscribed() == [false])
            #expect(try await world.attempt(deliveries[5], .answer(201)) == .finished)
            #expect(world.requests.count == 6)
        }
    }

    @Test func `the deliveries to browsers are limited per user and per host`() async throws {
        try await DeliveryWorld.open(browsers: 1, notifications: 1) { world in
            let row = try await QueueInspector(database: world.pools.context.database, redis: world.pools.context.redis)
                .find(world.deliveries[0].id.description).row
            let limits = try #require(row?.limits)
            for (key, limit) in [
                ("running user \(world.user)", #""running":2"#), ("rate user \(world.user)", #""rate":120"#),
                ("running host 127.0.0.1:\(world.servers[0].port)", #""running":8"#),
                ("rate host 127.0.0.1:\(world.servers[0].port)", #""rate":50"#), ("running browsers", #""running":24"#),
            ] {
                #expect(limits.contains("\"key\":\"\(key)\",\(limit)"), "\(limits)")
            }
            #expect(SendWebPush.queue == .deliveries && SendPush.queue == .deliveries)
            // The slots that are left are the webhooks'.
            #expect(DeliveryLimits().total < QueueName.deliveries.defaultConcurrency)
        }
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
