import Chassis
import Domain
import Redis

extension Consumer {
    /// The crashes after which a job runs alone, and those after which it is dead-lettered as their cause.
    static let suspectLimit = 2
    static let crashLimit = 3
    /// The most acknowledgements of one claim; Lua unpacks some thousands at most.
    private static let acknowledgementLimit = 1_000

    func registerIfNeeded() async throws {
        guard !isRegistered else { return }
        _ = try await redis.run(
            QueueScripts.register, of: keys, [RedisArgument(worker), RedisArgument(Self.leaseMilliseconds)])
        isRegistered = true
        let names = try await redis.command(["ZRANGE", RedisArgument(keys.workers), 0, -1]).array ?? []
        let dead = names.compactMap(\.text).filter(WorkerName.isDead)
        let moved = try await LeaseReaper(keys, redis).reap(knownDead: dead)
        if moved > 0 { log.info("requeued the jobs of dead workers", ["jobs": .number(moved)]) }
    }

    /// Acknowledges ended jobs and claims new ones.
    func claim(limit: Int) async throws -> [Claimed] {
        let done = min(acknowledged.count, Self.acknowledgementLimit)
        var arguments: [RedisArgument] = []
        arguments.reserveCapacity(7 + done)
        if held == 0 { mayHaveLostLease = false }
        arguments.append(RedisArgument(worker))
        arguments.append(RedisArgument(limit))
        arguments.append(RedisArgument(Self.leaseMilliseconds))
        arguments.append(RedisArgument(Self.suspectLimit))
        arguments.append(RedisArgument(held - done))
        arguments.append(RedisArgument(begunFromHandoff ?? ""))
        arguments.append(mayHaveLostLease ? 1 : 0)
        for name in acknowledged.prefix(done) { arguments.append(RedisArgument(name)) }
        isClaiming = true
        defer { isClaiming = false }
        let values = try await redis.run(QueueScripts.claim, of: keys, arguments).array ?? []
        guard let wait = values.first?.integer else {
            fenced()
            return []
        }
        acknowledged.removeFirst(done)
        begunFromHandoff = nil
        guard wait != -3 else {
            try await reconcile()
            return []
        }
        wakeLater(wait)
        let claimed = stride(from: 1, to: values.count - 2, by: 3).compactMap { index in
            Claimed(name: values[index].text, bytes: values[index + 1].bytes, crashes: values[index + 2].integer)
        }
        if isWaiting { claimedWhileWaiting.formUnion(claimed.lazy.map(\.name)) }
        return claimed
    }

    /// How many jobs Redis holds for this worker, as far as it knows.
    private var held: Int { running.count + suspects.count + finished.count + acknowledged.count }

    /// Requeues jobs that Redis holds for this worker but that it does not know, because the reply was lost.
    private func reconcile() async throws {
        let names = [Array(running.keys), suspects.map(\.name), finished.map(\.description), acknowledged].joined()
        let count = try await redis.run(
            QueueScripts.reconcile, of: keys, [RedisArgument(worker)] + names.map { RedisArgument($0) }
        ).integer
        log.info("requeued jobs whose claim was lost", ["jobs": .number(count ?? 0)])
        changed.raise()
    }

    /// - Parameter wait: As `claim.lua` returns it.
    private func wakeLater(_ wait: Int) {
        isPaused = wait == -2
        guard wait != -1 else { return }
        let milliseconds = isPaused ? 1_000 : min(wait, 60_000)
        let deadline = loop.now + UInt64(milliseconds) * 1_000_000
        // One timer is enough for all claims. The same moment differs by a rounding from claim to claim.
        guard deadline + 2_000_000 < wakesAt else { return }
        wakesAt = deadline
        wakeTimer?.cancel()
        wakeTimer = loop.schedule(after: .milliseconds(milliseconds)) {
            self.wakesAt = .max
            self.changed.raise()
        }
    }

    /// Waits for the next job on a connection of its own; Redis moves it into this worker's hand-off list, so that it
    /// is never only in a reply.
    func waitForHandoff() {
        guard !isWaiting, !isStopping, !isPaused, isRegistered else { return }
        isWaiting = true
        loop.spawn {
            let arguments: [RedisArgument] = [
                "BLMOVE", RedisArgument(self.keys.ready), RedisArgument(self.keys.handoff(self.worker)), "RIGHT",
                "LEFT", 2,
            ]
            do {
                let element = try await self.waiter.command(arguments, blockingFor: .seconds(2))
                if let bytes = element.bytes { self.begin(handedOver: bytes) }
            } catch {
                try? await self.loop.sleep(for: .milliseconds(200))
            }
            self.isWaiting = false
            self.claimedWhileWaiting = []
            self.changed.raise()
        }
    }

    /// Starts an ephemeral job without limits straight from the hand-off list, because its element is its whole
    /// envelope; the next claim records it. That halves the latency of an idle queue. A claim that is in flight, or was
    /// meanwhile, may have taken the same job from the hand-off list: then that claim starts it.
    private func begin(handedOver element: [UInt8]) {
        guard element.first == UInt8(ascii: "{"), !isStopping, !isPaused, isRegistered, !isClaiming,
            hasFreeSlot, let envelope = Envelope(json: element), envelope.isEphemeral
        else { return }
        let name = envelope.id.description
        guard running[name] == nil, !claimedWhileWaiting.contains(name),
            let claimed = Claimed(name: name, bytes: element, crashes: 0)
        else { return }
        begunFromHandoff = name
        run(Start(claimed: claimed, progress: nil))
    }

    func release() async {
        // Nothing may be handed to it after this.
        await waiter.close()
        let released = try? await redis.run(
            QueueScripts.release, of: keys, [RedisArgument(worker), RedisArgument(Self.leaseMilliseconds)])
        if let count = released?.integer, count > 0 { log.info("requeued unfinished jobs", ["jobs": .number(count)]) }
    }
}
