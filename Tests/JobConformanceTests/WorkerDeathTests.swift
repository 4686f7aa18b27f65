import Chassis
import JobProbing
import Jobs
import Redis
import TestSupport
import Testing

/// S2-157: a job is repeated when its worker dies, and its effect happens once.
@Suite("Nothing is lost when a worker dies", .database)
struct WorkerDeathTests {
    @Test func `killed with n in flight: others have all of them within six seconds`() async throws {
        try await JobTestHarness.open { harness in
            let first = try await harness.probe(slots: 50)
            try await harness.enqueueProbes(0..<100) { $0.gate = harness.path("gate") }
            try await eventually("fifty are in flight") { harness.count(.begin) == 50 }
            try await harness.probe(slots: 100)
            try await eventually("the second has the others") { harness.count(.begin) == 100 }
            await first.kill()
            // The lease lasts five seconds and is checked each second; the rest is for a busy machine.
            try await eventually("the second has all of them", within: 9) { harness.count(.begin) == 150 }
            harness.openGate("gate")
            try await harness.untilDone()
            try await harness.expectEffects(0..<100)
            try await harness.expectNothingLeft()
        }
    }

    @Test func `killed, and the next worker of the same host takes over at once`() async throws {
        try await JobTestHarness.open { harness in
            let first = try await harness.probe(slots: 10)
            try await harness.enqueueProbes(0..<10) { $0.gate = harness.path("gate") }
            try await eventually("ten are in flight") { harness.count(.begin) == 10 }
            await first.kill()
            harness.openGate("gate")
            try await harness.probe()
            try await harness.untilDone(within: 4)
            try await harness.expectEffects(0..<10)
        }
    }

    @Test(arguments: [ProbeJob.Death.before, .middle, .after])
    func `killed between claim and start, in the middle, and after the effect, before the acknowledgement`(
        _ moment: ProbeJob.Death
    ) async throws {
        try await JobTestHarness.open { harness in
            let first = try await harness.probe(slots: 20)
            // One of twenty that were claimed together dies, and its process with it.
            try await harness.enqueueProbes(0..<20) { job in
                if job.number == 7 {
                    job.death = moment
                    job.deathMark = harness.path("mark")
                }
            }
            await first.exited()
            try await harness.probe()
            try await harness.untilDone()
            try await harness.expectEffects(0..<20)
            let runs = harness.runs[7]
            #expect(runs == (moment == .after ? 1 : 2))
            try await harness.expectNothingLeft()
        }
    }

    @Test func `killed after an effect outside: it happens again under the same job`() async throws {
        try await JobTestHarness.open { harness in
            let first = try await harness.probe()
            try await harness.enqueueProbes(0..<1) { job in
                job.effect = .line
                job.death = .after
                job.deathMark = harness.path("mark")
            }
            await first.exited()
            #expect(try await harness.rows("queued") == 1)
            try await harness.probe()
            try await harness.untilDone()
            #expect(harness.count(.effect) == 2)
        }
    }

    @Test func `SIGSTOP for three leases, then SIGCONT: fenced, and of use again`() async throws {
        try await JobTestHarness.open { harness in
            let first = try await harness.probe(slots: 5)
            try await harness.enqueueProbes(0..<5) { $0.gate = harness.path("gate") }
            try await eventually("five are in flight") { harness.count(.begin) == 5 }
            first.suspend()
            let second = try await harness.probe(slots: 5)
            try await eventually("the second has them") { harness.count(.begin) == 10 }
            try await harness.loop.sleep(for: .seconds(10))
            harness.openGate("gate")
            try await harness.untilDone()
            first.resume()
            await second.terminate()
            try await harness.enqueueProbes(5..<50)
            try await harness.untilDone()
            try await harness.expectEffects(0..<50)
            try await harness.expectNothingLeft()
        }
    }

    @Test func `SIGTERM inside the grace: what runs is finished, nothing begins`() async throws {
        try await JobTestHarness.open { harness in
            let probe = try await harness.probe(slots: 4)
            try await harness.enqueueProbes(0..<20) { $0.milliseconds = 700 }
            try await eventually("four are in flight") { harness.count(.begin) == 4 }
            #expect(await probe.terminate() == .code(0))
            let ends = harness.count(.end)
            #expect(harness.count(.begin) == ends)
            #expect(try await harness.effects().count == ends)
            try await harness.probe()
            try await harness.untilDone()
            try await harness.expectEffects(0..<20)
            #expect(harness.runs.values.allSatisfy { $0 == 1 })
        }
    }

    @Test(arguments: [false, true])
    func `SIGTERM past the grace: handed back without using up an attempt or counting as a crash`(
        isStubborn: Bool
    ) async throws {
        try await JobTestHarness.open { harness in
            let probe = try await harness.probe(slots: 4, grace: 1)
            try await harness.enqueueProbes(0..<8) { job in
                job.gate = harness.path("gate")
                job.isStubborn = isStubborn
            }
            try await eventually("four are in flight") { harness.count(.begin) == 4 }
            #expect(await probe.terminate() == .code(0))
            #expect(try await harness.integer("EXISTS", harness.key("crashes")) == 0)
            #expect(try await harness.integer("LLEN", harness.key("ready:high")) == 4)
            #expect(try await harness.mostAttempts() == 0)
            harness.openGate("gate")
            try await harness.probe()
            try await harness.untilDone()
            try await harness.expectEffects(0..<8)
        }
    }

    @Test func `killed while handing back`() async throws {
        try await JobTestHarness.open { harness in
            try await harness.enqueueProbes(0..<200) { $0.milliseconds = 30 }
            for _ in 0..<4 {
                let probe = try await harness.probe(slots: 64, grace: 0)
                async let end = probe.terminate()
                try await harness.loop.sleep(for: .milliseconds(Int.random(in: 0...30)))
                await probe.kill()
                _ = await end
            }
            try await harness.probe(slots: 64)
            try await harness.untilDone()
            try await harness.expectEffects(0..<200)
            try await harness.expectNothingLeft()
        }
    }

    @Test func `poison is dead-lettered after three crashes, and other jobs in flight survive`() async throws {
        try await JobTestHarness.open { harness in
            try await harness.enqueueProbes(0..<30) { job in
                job.milliseconds = 100
                if job.number == 3 { job.death = .middle }
            }
            var deaths = 0
            while try await !harness.isDone() {
                let probe = try await harness.probe(slots: 30)
                try await eventually("a worker dies or nothing is left", within: 15) {
                    if probe.exit != nil { return true }
                    return try await harness.isDone()
                }
                if probe.exit != nil { deaths += 1 }
                await probe.kill()
            }
            #expect(deaths == 3)
            #expect(harness.runs[3] == 3)
            #expect(harness.count(.dead) == 1)
            #expect(try await harness.errors() == ["3 workers died while running this job"])
            #expect(try await harness.effects() == Array(0..<30).filter { $0 != 3 })
        }
    }

    @Test func `a job of five leases runs once`() async throws {
        try await JobTestHarness.open { harness in
            try await harness.probe()
            try await harness.probe()
            try await harness.probe(.sweeper)
            try await harness.enqueueProbes(0..<4) { $0.milliseconds = 25_000 }
            try await harness.untilDone(within: 40)
            try await harness.expectEffects(0..<4)
            #expect(harness.runs.values.allSatisfy { $0 == 1 })
        }
    }

    @Test func `a handler that burns all threads keeps its lease`() async throws {
        try await JobTestHarness.open { harness in
            try await harness.probe(slots: 1)
            try await harness.probe(slots: 1)
            try await harness.enqueueProbes(0..<1) { $0.burnMilliseconds = 6_500 }
            try await harness.untilDone()
            try await harness.expectEffects(0..<1)
            #expect(harness.runs == [0: 1])
        }
    }

    @Test func `limits are exact and never exceeded after a kill`() async throws {
        try await JobTestHarness.open { harness in
            var probes = [try await harness.probe(slots: 16), try await harness.probe(slots: 16)]
            try await harness.enqueueProbes(0..<60) { job in
                job.running = 3
                job.limitKey = "key \(job.number % 2)"
                job.milliseconds = 60
            }
            for share in [10, 25] {
                try await eventually("some have ended") { harness.count(.end) >= share }
                await probes.removeFirst().kill()
                probes.append(try await harness.probe(slots: 16))
            }
            try await harness.untilDone()
            try await harness.expectEffects(0..<60)
            var running: [Int: Int] = [:]
            var most = [0, 0]
            for line in harness.lines {
                switch line.word {
                case .begin: running[line.number] = line.process
                case .end: running[line.number] = nil
                case .killed: running = running.filter { $0.value != line.process }
                default: break
                }
                for key in 0...1 { most[key] = max(most[key], running.keys.count { $0 % 2 == key }) }
            }
            #expect(most == [3, 3])
            try await harness.expectNothingLeft()
        }
    }
}
