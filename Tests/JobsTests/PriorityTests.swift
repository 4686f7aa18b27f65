import Jobs
import TestSupport
import Testing

@Suite("Priorities", .database)
struct PriorityTests {
    @Test func `share a busy queue six to three to one, and none starves`() async throws {
        try await JobTestHarness.open { harness in
            let order = RecordedNumbers()
            for number in 0..<50 {
                try await harness.add(LowPriorityJob(number: number))
                try await harness.add(TestJob(number: number))
                try await harness.add(HighPriorityJob(number: number))
            }
            _ = try await harness.consume(
                [
                    JobHandler(HighPriorityJob.self) { _, _ in order.finish(2) },
                    JobHandler(TestJob.self) { _, _ in order.finish(1) },
                    JobHandler(LowPriorityJob.self) { _, _ in order.finish(0) },
                ], slots: 1)
            try await harness.until { order.all.count == 150 }
            let first = order.all.prefix(50)
            #expect((28...32).contains(first.count { $0 == 2 }))
            #expect((13...17).contains(first.count { $0 == 1 }))
            #expect((3...7).contains(first.count { $0 == 0 }))
        }
    }

    @Test func `are first in, first out among equals`() async throws {
        try await JobTestHarness.open { harness in
            let order = RecordedNumbers()
            for number in 0..<50 { try await harness.add(HighPriorityJob(number: number)) }
            _ = try await harness.consume(HighPriorityJob.self, slots: 1) { job, _ in order.finish(job.number) }
            try await harness.until { order.all.count == 50 }
            #expect(order.all == Array(0..<50))
        }
    }

    @Test func `wake a waiting worker whatever they are`() async throws {
        try await JobTestHarness.open { harness in
            let order = RecordedNumbers()
            _ = try await harness.consume([
                JobHandler(HighPriorityJob.self) { job, _ in order.finish(job.number) },
                JobHandler(LowPriorityJob.self) { job, _ in order.finish(job.number) },
            ])
            for number in 0..<5 {
                try await harness.add(LowPriorityJob(number: number))
                try await harness.until { order.all.count == 2 * number + 1 }
                try await harness.add(HighPriorityJob(number: number))
                try await harness.until { order.all.count == 2 * number + 2 }
            }
        }
    }
}

extension RecordedNumbers {
    func finish(_ number: Int) -> Completion {
        add(number)
        return .finished
    }
}
