import Chassis
import Jobs
import Redis
import TestSupport
import Testing

/// The circuits and pauses that all delivering workers share.
@Suite("Delivery gate", .database)
struct DeliveryGateTests {
    private let target = DeliveryGate.Target(host: "push.example:443", name: "browser")
    private let other = DeliveryGate.Target(host: "push.example:443", name: "another browser")
    private let elsewhere = DeliveryGate.Target(host: "push.example:8443", name: "browser")

    @Test func `failures that any workers record open the circuit of the host for all of them`() async throws {
        try await TestEnvironment.open { environment in
            let gates = (0..<2).map { _ in DeliveryGate(environment.redis, probeTime: .seconds(60)) }
            for number in 0..<5 {
                #expect(try await gates[number % 2].enter(target) == nil)
                try await gates[number % 2].record(.failed, of: number % 2 == 0 ? target : other)
            }
            for gate in gates {
                for target in [target, other] {
                    let wait = try #require(try await gate.enter(target))
                    #expect(wait > .seconds(20) && wait <= DeliveryGate.firstPause)
                }
                #expect(try await gate.enter(elsewhere) == nil)
            }
        }
    }

    @Test func `an answer between failures keeps the circuit closed`() async throws {
        try await TestEnvironment.open { environment in
            let gate = DeliveryGate(environment.redis, probeTime: .seconds(60))
            for number in 1...20 { try await gate.record(number % 5 == 0 ? .answered : .failed, of: target) }
            #expect(try await gate.enter(target) == nil)
        }
    }

    @Test func `a circuit that is due lets one probe through, and a dead prober is replaced`() async throws {
        try await TestEnvironment.open { environment in
            let gate = DeliveryGate(environment.redis, probeTime: .seconds(60))
            for _ in 0..<5 { try await gate.record(.failed, of: target) }
            try await set("until", to: 1, environment)
            let probes = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 { group.addTask { try await gate.enter(target) == nil } }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(probes == 1)
            try await set("probe", to: 1, environment)
            #expect(try await gate.enter(target) == nil)
            #expect(try await gate.enter(target) != nil)
            try await gate.record(.answered, of: target)
            #expect(try await gate.enter(target) == nil)
            #expect(try await gate.enter(target) == nil)
        }
    }

    @Test func `a target that is throttled waits alone, and a host that is unavailable waits whole`() async throws {
        try await TestEnvironment.open { environment in
            let gate = DeliveryGate(environment.redis, probeTime: .seconds(60))
            #expect(try await gate.record(.throttled(.seconds(3_600)), of: target) == .seconds(3_600))
            #expect(try await gate.enter(other) == nil)
            // An answer to an attempt that began before does not shorten what was asked for.
            try await gate.record(.answered, of: target)
            #expect(try #require(try await gate.enter(target)) > .seconds(3_500))
            #expect(try await gate.record(.unavailable(.seconds(900)), of: other) == .seconds(900))
            #expect(try #require(try await gate.enter(other)) > .seconds(800))
            #expect(try await gate.enter(elsewhere) == nil)
            #expect(
                try await gate.record(.throttled(.seconds(9_999_999_999)), of: elsewhere) == DeliveryGate.longestWait)
        }
    }

    @Test func `what is kept of a host expires`() async throws {
        try await TestEnvironment.open { environment in
            let gate = DeliveryGate(environment.redis, probeTime: .seconds(60))
            try await gate.record(.failed, of: target)
            try await gate.record(.throttled(nil), of: other)
            let keys = try await environment.redis.command(["KEYS", RedisArgument(environment.redis.key("delivery:*"))])
            #expect(keys.array?.count == 2 || keys.array?.count == 1)
            for key in keys.array ?? [] {
                let left = try await environment.redis.command(["PTTL", RedisArgument(key.text ?? "")]).integer ?? 0
                #expect((86_000_000...87_000_000).contains(left))
            }
        }
    }

    private func set(_ field: RedisArgument, to time: Int, _ environment: TestEnvironment) async throws {
        let key = environment.redis.key("delivery:{push.example:443}:circuit")
        _ = try await environment.redis.command(["HSET", RedisArgument(key), field, RedisArgument(time)])
    }
}
