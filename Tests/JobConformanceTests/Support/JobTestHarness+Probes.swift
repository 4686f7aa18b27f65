import Domain
import Foundation
import JobProbing
import Jobs
import Postgres
import TestSupport
import Testing

extension JobTestHarness {
    /// Enqueues probe jobs with these numbers, each changed by a closure.
    @discardableResult
    func enqueueProbes(
        _ numbers: Range<Int>, after delay: Duration = .zero, pushing: Bool = true,
        _ change: (inout ProbeJob) -> Void = { _ in }
    ) async throws -> [OutboxJob] {
        let jobs = numbers.map { number in
            var job = ProbeJob(number)
            change(&job)
            return job
        }
        return try await enqueue(jobs, after: delay, pushing: pushing)
    }

    /// Enqueues a job that fans out into a batch of probe jobs, and the probe job that completes it.
    func enqueueFan(_ fan: ProbeFan) async throws {
        try await insert(producer.outboxBatch(of: [fan], then: ProbeJob(fan.number), trace: nil))
    }

    /// A path for a file that does not exist yet.
    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// Makes the file that jobs wait for.
    func openGate(_ name: String) {
        _ = FileManager.default.createFile(atPath: path(name), contents: nil)
    }

    /// Injects a fault while two workers and a sweeper process two thousand jobs of all kinds, four of which run long.
    static func withLoad(on server: RedisServer, _ fault: @escaping @Sendable (JobTestHarness) async throws -> Void)
        async throws
    {
        try await JobTestHarness.open(redisAt: server.port) { harness in
            try await harness.probe(.sweeper)
            try await harness.probe(slots: 16)
            try await harness.probe(slots: 16)
            try await harness.enqueueProbes(1_000_000..<1_000_004) { $0.gate = harness.path("gate") }
            try await eventually("four take long") { harness.count(.begin) == 4 }
            try await harness.enqueueProbes(0..<1_500) { job in
                switch job.number % 10 {
                case 0: job.failures = job.number % 50 == 0 ? 20 : 0
                case 1:
                    job.running = 2
                    job.limitKey = "key"
                default: job.milliseconds = 10
                }
            }
            try await harness.enqueueProbes(1_500..<2_000, after: .seconds(1))
            try await eventually("the work has begun") { harness.count(.end) > 100 }
            try await fault(harness)
            harness.openGate("gate")
            try await harness.untilDone(within: 40)
            #expect(try await harness.effects() == Array(0..<2_000) + Array(1_000_000..<1_000_004))
            try await harness.expectNothingLeft()
        }
    }
}

/// Runs a body with a temporary folder.
func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = "/tmp/redis-folder-\(UUID().uuidString.prefix(13))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
}
