import Chassis
import Jobs
import TestSupport
import Testing

@Suite("A job that has released its slot", .database)
struct ReleasedSlotTests {
    @Test func `lets others run, and keeps its lease`() async throws {
        try await JobTestHarness.open { harness in
            let (begun, ended, gate) = (RecordedNumbers(), RecordedNumbers(), Gate())
            let consumer = try await harness.consume(slots: 1) { job, context in
                begun.add(job.number)
                if job.number == 0 {
                    context.releaseSlot()
                    context.releaseSlot()
                    await gate.pass()
                }
                ended.add(job.number)
                return .finished
            }
            try await harness.withHeartbeat(of: consumer) {
                _ = try await harness.enqueue(0..<1)
                try await harness.until { begun.all == [0] }
                _ = try await harness.enqueue(1..<5)
                try await harness.until { ended.count == 4 }
                // Longer than a lease without a renewal lasts.
                try await harness.loop.sleep(for: .milliseconds(Consumer.leaseMilliseconds + 500))
                #expect(try await harness.reaper(TestJob.queue).reap() == 0)
                gate.open()
                try await harness.until { try await harness.rows("queued") == 0 }
            }
            #expect(begun.all == [0, 1, 2, 3, 4])
            #expect(ended.all == [1, 2, 3, 4, 0])
        }
    }

    @Test func `is one of a bounded number, and gives its place back when it ends`() async throws {
        try await JobTestHarness.open { harness in
            let (begun, gate) = (RecordedNumbers(), Gate())
            _ = try await harness.consume(slots: 1) { job, context in
                begun.add(job.number)
                context.releaseSlot()
                await gate.pass()
                return .finished
            }
            let most = Consumer.releasedSlotLimit + 1
            _ = try await harness.enqueue(0..<most + 20)
            try await harness.until { begun.count == most }
            // Jobs that started too early would have begun by then.
            try await harness.loop.sleep(for: .milliseconds(300))
            #expect(begun.count == most)
            gate.open()
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(begun.all.sorted() == Array(0..<most + 20))
        }
    }

    @Test func `does not keep a stopping worker longer than the grace time, and loses no attempt`() async throws {
        try await JobTestHarness.open { harness in
            let (begun, gate) = (RecordedNumbers(), Gate())
            let first = try await harness.consume(TestJob.self, slots: 1, grace: .milliseconds(100)) { job, context in
                begun.add(job.number)
                context.releaseSlot()
                await gate.pass()
                return .finished
            }
            _ = try await harness.enqueue(0..<1)
            try await harness.until { begun.count == 1 }
            let clock = ContinuousClock()
            let start = clock.now
            await first.stop()
            #expect(start.duration(to: clock.now) < .seconds(8))
            let attempts = RecordedNumbers()
            _ = try await harness.consume { _, context in
                attempts.add(context.attempt)
                return .finished
            }
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(attempts.all == [0])
            gate.open()
        }
    }
}
