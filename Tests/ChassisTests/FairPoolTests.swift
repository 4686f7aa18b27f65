import Synchronization
import Testing

@testable import Chassis

@Suite struct FairQueueTests {
    @Test func `sources take turns, and the elements of each stay in order`() {
        var queue = FairQueue<String>()
        for number in 1...4 { queue.append("a\(number)", of: "a") }
        queue.append("b1", of: "b")
        queue.append("c1", of: "c")
        queue.append("c2", of: "c")
        var order: [String] = []
        while let element = queue.popFirst() { order.append(element) }
        #expect(order == ["a1", "b1", "c1", "a2", "c2", "a3", "a4"])
        #expect(queue.count == 0)
        queue.append("a5", of: "a")
        #expect(queue.popFirst() == "a5")
    }

    @Test func `the newest element of the source with the most is displaced, but never in favour of a longer one`() {
        var queue = FairQueue<String>()
        for number in 1...3 { queue.append("a\(number)", of: "a") }
        queue.append("b1", of: "b")
        #expect(queue.displace(for: "a") == nil)
        #expect(queue.displace(for: "c") == "a3")
        #expect(queue.displace(for: "b") == nil)
        #expect(queue.displace(for: "c") == "a2")
        #expect(queue.displace(for: "c") == nil)
        #expect(queue.count == 2)
    }
}

@Suite struct FairPoolTests {
    @Test func `a call from another source does not wait for a flood`() async throws {
        let pool = FairPool(name: "test", threads: 1, longestWait: .seconds(60), queueLimit: 100)
        let gate = Gate()
        let order = Order()
        async let first: Void = pool.run(for: "flood") { gate.wait() }
        await gate.awaitArrival()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { try await pool.run(for: "flood") { order.append("flood") } }
            }
            while pool.waiting < 20 { await Task.yield() }
            group.addTask { try await pool.run(for: "other") { order.append("other") } }
            while pool.waiting < 21 { await Task.yield() }
            gate.open()
            try await group.waitForAll()
        }
        try await first
        #expect(order.all.firstIndex(of: "other") ?? 99 <= 1)
    }

    @Test func `the queue holds what the threads complete in time, and a new source displaces a call of the flood`()
        async throws
    {
        // At 100 ms a call, until one was measured.
        let pool = FairPool(name: "test", threads: 1, longestWait: .seconds(1), queueLimit: 100)
        let gate = Gate()
        async let running: Void = pool.run(for: "flood") { gate.wait() }
        await gate.awaitArrival()
        let outcomes = await withTaskGroup { group in
            for _ in 0..<10 { group.addTask { await Self.outcome(pool, "flood") } }
            while pool.waiting < 10 { await Task.yield() }
            #expect(await Self.outcome(pool, "flood") == "flood refused")
            group.addTask { await Self.outcome(pool, "other") }
            // The displaced call ends first.
            let displaced = await group.next()
            #expect(displaced == "flood refused")
            #expect(pool.waiting == 10)
            gate.open()
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        try await running
        #expect(outcomes == ["flood done": 9, "other done": 1])
        // Every thread is free again, although a turn found the queue empty.
        #expect(await Self.outcome(pool, "flood") == "flood done")
    }

    private static func outcome(_ pool: FairPool, _ source: String) async -> String {
        do {
            try await pool.run(for: source) {}
            return "\(source) done"
        } catch {
            return error is BlockingPool.Overloaded ? "\(source) refused" : "\(error)"
        }
    }
}

/// The sources of calls in the order in which they ran.
private final class Order: Sendable {
    private let sources = Mutex<[String]>([])
    var all: [String] { sources.withLock { $0 } }
    func append(_ source: String) { sources.withLock { $0.append(source) } }
}

/// Holds a thread of the pool until it is opened. A test awaits the thread's arrival without blocking one of its own.
private final class Gate: Sendable {
    private let isHeld = Atomic(false)
    private let opening = Pipe()

    func wait() {
        isHeld.store(true, ordering: .releasing)
        _ = opening.read()
    }

    func awaitArrival() async { while !isHeld.load(ordering: .acquiring) { await Task.yield() } }
    func open() { opening.write([66]) }
}
