import Chassis
import JobProbing
import Jobs
import Redis
import TestSupport
import Testing

@Suite("Nothing is lost when a worker dies", .database)
struct WorkerDeathTests {
    @Test func `killed with n in flight: others have all of them within six seconds`() async throws {
        try await JobTestHarness.open { yard in
            let first = try await yard.probe(slots: 50)
            try await yard.promiseProbes(0..<100) { $0.gate = yard.path("gate") }
            try await eventually("fifty are in flight") { yard.count(.begin) == 50 }
            try await yard.probe(slots: 100)
            try await eventually("the second has the others") { yard.count(.begin) == 100 }
            await first.kill()
            // The lease is five seconds long, and looked at each second; the rest is for a busy machine.
            try await eventually("the second has all of them", within: 9) { yard.count(.begin) == 150 }
            yard.openGate("gate")
            try await yard.untilDone()
            try await yard.expectEffects(0..<100)
            try await yard.expectNothingLeft()
        }
    }

    @Test func `killed, and the next worker of the same host takes over at once`() async throws {
        try await JobTestHarness.open { yard in
            let first = try await yard.probe(slots: 10)
            try await yard.promiseProbes(0..<10) { $0.gate = yard.path("gate") }
            try await eventually("ten are in flight") { yard.count(.begin) == 10 }
            await first.kill()
            yard.openGate("gate")
            try await yard.probe()
            try await yard.untilDone(within: 4)
            try await yard.expectEffects(0..<10)
        }
    }

    @Test(arguments: [ProbeJob.Death.before, .middle, .after])
    func `killed between claim and start, in the middle, and after the effect, before the acknowledgement`(
        _ moment: ProbeJob.Death
    ) async throws {
        try await JobTestHarness.open { yard in
            let first = try await yard.probe(slots: 20)
            // One of twenty that were claimed together dies, and its process with it.
            try await yard.promiseProbes(0..<20) { job in
                if job.number == 7 {
                    job.death = moment
                    job.deathMark = yard.path("mark")
                }
            }
            await first.exited()
            try await yard.probe()
            try await yard.untilDone()
            try await yard.expectEffects(0..<20)
            let runs = yard.runs[7]
            #expect(runs == (moment == .after ? 1 : 2))
            try await yard.expectNothingLeft()
        }
    }

    @Test func `killed after an effect outside: it happens again under the same job`() async throws {
        try await JobTestHarness.open { yard in
            let first = try await yard.probe()
            try await yard.promiseProbes(0..<1) { job in
                job.effect = .line
                job.death = .after
                job.deathMark = yard.path("mark")
            }
            await first.exited()
            #expect(try await yard.rows("queued") == 1)
            try await yard.probe()
            try await yard.untilDone()
            #expect(yard.count(.effect) == 2)
        }
    }

    @Test func `SIGSTOP for three leases, then SIGCONT: fenced, and of use again`() async throws {
        try await JobTestHarness.open { yard in
            let first = try await yard.probe(slots: 5)
            try await yard.promiseProbes(0..<5) { $0.gate = yard.path("gate") }
            try await eventually("five are in flight") { yard.count(.begin) == 5 }
            first.suspend()
            let second = try await yard.probe(slots: 5)
            try await eventually("the second has them") { yard.count(.begin) == 10 }
            try await yard.loop.sleep(for: .seconds(10))
            yard.openGate("gate")
            try await yard.untilDone()
            first.resume()
            await second.terminate()
            try await yard.promiseProbes(5..<50)
            try await yard.untilDone()
            try await yard.expectEffects(0..<50)
            try await yard.expectNothingLeft()
        }
    }

    @Test func `SIGTERM inside the grace: what runs is finished, nothing begins`() async throws {
        try await JobTestHarness.open { yard in
            let probe = try await yard.probe(slots: 4)
            try await yard.promiseProbes(0..<20) { $0.milliseconds = 700 }
            try await eventually("four are in flight") { yard.count(.begin) == 4 }
            #expect(await probe.terminate() == .code(0))
            let ends = yard.count(.end)
            #expect(yard.count(.begin) == ends)
            #expect(try await yard.effects().count == ends)
            try await yard.probe()
            try await yard.untilDone()
            try await yard.expectEffects(0..<20)
            #expect(yard.runs.values.allSatisfy { $0 == 1 })
        }
    }

    @Test(arguments: [false, true])
    func `SIGTERM past the grace: handed back without using up an attempt or counting as a crash`(
        isStubborn: Bool
    ) async throws {
        try await JobTestHarness.open { yard in
            let probe = try await yard.probe(slots: 4, grace: 1)
            try await yard.promiseProbes(0..<8) { job in
                job.gate = yard.path("gate")
                job.isStubborn = isStubborn
            }
            try await eventually("four are in flight") { yard.count(.begin) == 4 }
            #expect(await probe.terminate() == .code(0))
            #expect(try await yard.integer("EXISTS", yard.key("crashes")) == 0)
            #expect(try await yard.integer("LLEN", yard.key("ready:high")) == 4)
            #expect(try await yard.mostAttempts() == 0)
            yard.openGate("gate")
            try await yard.probe()
            try await yard.untilDone()
            try await yard.expectEffects(0..<8)
        }
    }

    @Test func `killed while handing back`() async throws {
        try await JobTestHarness.open { yard in
            try await yard.promiseProbes(0..<200) { $0.milliseconds = 30 }
            for _ in 0..<4 {
                let probe = try await yard.probe(slots: 64, grace: 0)
                async let end = probe.terminate()
                try await yard.loop.sleep(for: .milliseconds(Int.random(in: 0...30)))
                await probe.kill()
                _ = await end
            }
            try await yard.probe(slots: 64)
            try await yard.untilDone()
            try await yard.expectEffects(0..<200)
            try await yard.expectNothingLeft()
        }
    }

    @Test func `poison is dead after three, and innocents that were in flight beside it survive`() async throws {
        try await JobTestHarness.open { yard in
            try await yard.promiseProbes(0..<30) { job in
                job.milliseconds = 100
                if job.number == 3 { job.death = .middle }
            }
            var deaths = 0
            while try await !yard.isDone() {
                let probe = try await yard.probe(slots: 30)
                try await eventually("a worker dies or nothing is left", within: 15) {
                    if probe.exit != nil { return true }
                    return try await yard.isDone()
                }
                if probe.exit != nil { deaths += 1 }
                await probe.kill()
            }
            #expect(deaths == 3)
            #expect(yard.runs[3] == 3)
            #expect(yard.count(.dead) == 1)
            #expect(try await yard.errors() == ["3 workers died with this job"])
            #expect(try await yard.effects() == Array(0..<30).filter { $0 != 3 })
        }
    }

    @Test func `a job of five leases runs once`() async throws {
        try await JobTestHarness.open { yard in
            try await yard.probe()
            try await yard.probe()
            try await yard.probe(.sweeper)
            try await yard.promiseProbes(0..<4) { $0.milliseconds = 25_000 }
            try await yard.untilDone(within: 40)
            try await yard.expectEffects(0..<4)
            #expect(yard.runs.values.allSatisfy { $0 == 1 })
        }
    }

    @Test func `a handler that burns all threads keeps its lease`() async throws {
        try await JobTestHarness.open { yard in
            try await yard.probe(slots: 1)
            try await yard.probe(slots: 1)
            try await yard.promiseProbes(0..<1) { $0.burnMilliseconds = 6_500 }
            try await yard.untilDone()
            try await yard.expectEffects(0..<1)
            #expect(yard.runs == [0: 1])
        }
    }

    @Test func `limits are exact and never exceeded after a kill`() async throws {
        try await JobTestHarness.open { yard in
            var probes = [try await yard.probe(slots: 16), try await yard.probe(slots: 16)]
            try await yard.promiseProbes(0..<60) { job in
                job.running = 3
                job.limitKey = "key \(job.number % 2)"
                job.milliseconds = 60
            }
            for share in [10, 25] {
                try await eventually("some have ended") { yard.count(.end) >= share }
                await probes.removeFirst().kill()
                probes.append(try await yard.probe(slots: 16))
            }
            try await yard.untilDone()
            try await yard.expectEffects(0..<60)
            var running: [Int: Int] = [:]
            var most = [0, 0]
            for line in yard.lines {
                switch line.word {
                case .begin: running[line.number] = line.process
                case .end: running[line.number] = nil
                case .killed: running = running.filter { $0.value != line.process }
                default: break
                }
                for key in 0...1 { most[key] = max(most[key], running.keys.count { $0 % 2 == key }) }
            }
            #expect(most == [3, 3])
            try await yard.expectNothingLeft()
        }
    }
}
