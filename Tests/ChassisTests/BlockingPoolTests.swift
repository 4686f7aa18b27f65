import Chassis
import Testing

@Suite struct BlockingPoolTests {
    private struct Failed: Error {}

    @Test func `runs a call on each thread at once`() async throws {
        let pool = BlockingPool(name: "test", threads: 4, queueLimit: 10)
        let pipes = (0..<4).map { _ in Pipe() }
        // Each waits for the next one, so all four must run together.
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<4 {
                group.addTask {
                    try await pool.run {
                        pipes[(index + 1) % 4].write([65])
                        return pipes[index].read()
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(texts == ["A", "A", "A", "A"])
    }

    @Test func `throws the error of the work`() async throws {
        let pool = BlockingPool(name: "test", threads: 1, queueLimit: 10)
        await #expect(throws: Failed.self) { try await pool.run { throw Failed() } }
        #expect(try await pool.run { 1 } == 1)
    }

    @Test func `refuses work at once while its queue is full, and recovers`() async throws {
        let pool = BlockingPool(name: "test", threads: 1, queueLimit: 2)
        let begun = Pipe()
        let end = Pipe()
        async let running = pool.run {
            begun.write([65])
            return end.read()
        }
        _ = begun.read()
        async let first = pool.run { 1 }
        async let second = pool.run { 2 }
        while pool.waiting < 2 { await Task.yield() }
        await #expect(throws: BlockingPool.Overloaded.self) { try await pool.run { 3 } }
        end.write([66])
        #expect(try await running == "B")
        #expect(try await first + second == 3)
        #expect(try await pool.run { 4 } == 4)
    }
}
