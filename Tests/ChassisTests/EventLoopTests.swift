import Chassis
import Synchronization
import Testing

@Suite struct EventLoopTests {
    @Test func `fires timers in the order of their deadlines, never early`() async throws {
        try await withLoop { loop in
            let fired = LoopBound(Recorder<Int>(), on: loop)
            let start = monotonicNanoseconds()
            let delays = [30, 5, 20, 10, 25, 15, 1, 0, 12, 7]
            for delay in delays {
                loop.schedule(after: .milliseconds(delay)) {
                    #expect(monotonicNanoseconds() - start >= UInt64(delay) * 1_000_000)
                    fired.value.record(delay)
                }
            }
            try await loop.sleep(for: .milliseconds(40))
            #expect(fired.value.values == delays.sorted())
        }
    }

    @Test func `does not fire cancelled timers`() async throws {
        try await withLoop { loop in
            let fired = LoopBound(Recorder<Int>(), on: loop)
            let timers = (0..<10).map { number in
                loop.schedule(after: .milliseconds(number)) { fired.value.record(number) }
            }
            for timer in timers[..<9] { timer.cancel() }
            try await loop.sleep(for: .milliseconds(20))
            timers[9].cancel()
            #expect(fired.value.values == [9])
        }
    }

    @Test func `lets a timer start another one`() async throws {
        try await withLoop { loop in
            let count = LoopBound(Recorder<Int>(), on: loop)
            loop.schedule(after: .zero) { loop.schedule(after: .zero) { count.value.record(1) } }
            try await loop.sleep(for: .milliseconds(20))
            #expect(count.value.values == [1])
        }
    }

    @Test func `ends a sleep as soon as its task is cancelled`() async throws {
        try await withLoop { loop in
            let started = monotonicNanoseconds()
            let task = Task(executorPreference: loop) { try await loop.sleep(for: .seconds(60)) }
            try await loop.sleep(for: .milliseconds(5))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let cancelled = Task(executorPreference: loop) {
                withUnsafeCurrentTask { $0?.cancel() }
                try await loop.sleep(for: .seconds(60))
            }
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            #expect(monotonicNanoseconds() - started < 30_000_000_000)
        }
    }

    @Test func `handles a cancellation at the same moment as the end of a sleep`() async throws {
        try await withLoop { loop in
            for _ in 0..<500 {
                let task = Task(executorPreference: loop) { try? await loop.sleep(for: .microseconds(200)) }
                Task.detached { task.cancel() }
                await task.value
            }
        }
    }

    @Test func `returns the result of work within its limit`() async throws {
        try await withLoop { loop in
            #expect(await loop.first(within: .seconds(60)) { 1 } == 1)
            #expect(await loop.first(within: .seconds(60)) { nil as Int? } == nil)
            let slower = await loop.first(within: .seconds(60)) {
                try? await loop.sleep(for: .milliseconds(5))
                return 2
            }
            #expect(slower == 2)
        }
    }

    @Test func `returns nil at the limit without waiting for the work`() async throws {
        try await withLoop { loop in
            let started = monotonicNanoseconds()
            let (released, finished) = (Recorder<Int>(), Recorder<Int>())
            let late = await loop.first(within: .milliseconds(5)) {
                while released.values.isEmpty { try? await loop.sleep(for: .milliseconds(1)) }
                finished.record(1)
                return 1
            }
            #expect(late == nil)
            #expect(monotonicNanoseconds() - started >= 5_000_000)
            #expect(finished.values.isEmpty)
            released.record(1)
            while finished.values.isEmpty { try await loop.sleep(for: .milliseconds(5)) }
        }
    }

    @Test func `runs all actions of other threads, in the order of each thread`() async throws {
        let loop = EventLoop(name: "test")
        loop.start()
        let seen = Mutex<[Int: [Int]]>([:])
        let done = Recorder<Int>()
        await withCheckedContinuation { continuation in
            for thread in 0..<8 {
                startThread(named: "poster") {
                    for number in 0..<2_000 { loop.post { seen.withLock { $0[thread, default: []].append(number) } } }
                    loop.post {
                        #expect(loop.isCurrent)
                        done.record(thread)
                        if done.values.count == 8 { continuation.resume() }
                    }
                }
            }
        }
        loop.stop()
        #expect(seen.withLock { $0 } == Dictionary(uniqueKeysWithValues: (0..<8).map { ($0, Array(0..<2_000)) }))
    }

    @Test func `returns the result of a call from any thread`() async throws {
        let loop = EventLoop(name: "test")
        loop.start()
        #expect(await loop.call { loop.isCurrent })
        #expect(!loop.isCurrent)
        loop.stop()
    }

    @Test func `keeps a task on the loop after every kind of resumption`() async throws {
        try await withLoop { loop in
            let pool = BlockingPool(name: "test", threads: 2, queueLimit: 10)
            #expect(loop.isCurrent)
            for number in 0..<50 {
                #expect(try await pool.run { number } == number)
                #expect(loop.isCurrent)
                await withUnsafeContinuation { continuation in startThread(named: "other") { continuation.resume() } }
                #expect(loop.isCurrent)
                await Task.yield()
                #expect(loop.isCurrent)
                try await Task.sleep(for: .microseconds(1))
                #expect(loop.isCurrent)
            }
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        _ = try? await pool.run {}
                        return loop.isCurrent
                    }
                }
                for await isCurrent in group { #expect(isCurrent) }
            }
            await loop.spawn { #expect(loop.isCurrent) }.value
        }
    }

    @Test func `resumes a task on its own loop after it has waited for another loop`() async throws {
        try await withLoop { first in
            try await withLoop { second in
                #expect(second.isCurrent && !first.isCurrent)
                #expect(await first.call { first.isCurrent })
                #expect(second.isCurrent && !first.isCurrent)
            }
            #expect(first.isCurrent)
        }
    }

    @Test func `fires timers between tasks that never stop`() async throws {
        try await withLoop { loop in
            let busy = loop.spawn { while !Task.isCancelled { await Task.yield() } }
            try await loop.sleep(for: .milliseconds(5))
            busy.cancel()
            await busy.value
        }
    }

    @Test func `runs the actions for the end of a turn last`() async throws {
        try await withLoop { loop in
            let order = LoopBound(Recorder<String>(), on: loop)
            loop.atEndOfTurn {
                order.value.record("end")
                loop.atEndOfTurn { order.value.record("end of the end") }
            }
            await loop.spawn { order.value.record("task") }.value
            try await loop.sleep(for: .milliseconds(1))
            #expect(order.value.values == ["task", "end", "end of the end"])
        }
    }

    @Test func `notifies a handler of a readable descriptor until the descriptor is removed`() async throws {
        try await withLoop { loop in
            let pipe = Pipe()
            let handler = PipeReader(pipe)
            let kept = LoopBound(handler, on: loop)
            loop.add(pipe.reading, handler, for: .readable)
            pipe.write(Array("one".utf8))
            try await loop.sleep(for: .milliseconds(5))
            loop.update(pipe.reading, for: [])
            pipe.write(Array("two".utf8))
            try await loop.sleep(for: .milliseconds(5))
            #expect(kept.value.texts.values == ["one"])
            loop.update(pipe.reading, for: .readable)
            try await loop.sleep(for: .milliseconds(5))
            loop.remove(pipe.reading)
            pipe.write(Array("three".utf8))
            try await loop.sleep(for: .milliseconds(5))
            #expect(kept.value.texts.values == ["one", "two"])
        }
    }

    @Test func `drops events of a descriptor that another handler removes in the same turn`() async throws {
        try await withLoop { loop in
            let pipes = [Pipe(), Pipe()]
            let handled = Recorder<CInt>()
            let handlers = pipes.map { pipe in
                Remover(loop, pipes.map(\.reading)) { handled.record(pipe.reading) }
            }
            for pipe in pipes { pipe.write([1]) }
            for (pipe, handler) in zip(pipes, handlers) { loop.add(pipe.reading, handler, for: .readable) }
            let kept = LoopBound(handled, on: loop)
            try await loop.sleep(for: .milliseconds(5))
            #expect(kept.value.values.count == 1)
        }
    }
}

/// Records values.
private final class Recorder<Value: Sendable>: Sendable {
    private let recorded = Mutex<[Value]>([])
    var values: [Value] { recorded.withLock { $0 } }
    func record(_ value: Value) { recorded.withLock { $0.append(value) } }
}

private final class PipeReader: EventHandler {
    let texts = Recorder<String>()
    private let pipe: Pipe

    init(_ pipe: Pipe) {
        self.pipe = pipe
    }

    func handle(_ events: EventSet) {
        texts.record(pipe.read())
    }
}

/// Removes all descriptors of a test at the first event of one of them.
private final class Remover: EventHandler {
    private let loop: EventLoop
    private let descriptors: [CInt]
    private let onEvent: () -> Void

    init(_ loop: EventLoop, _ descriptors: [CInt], _ onEvent: @escaping () -> Void) {
        self.loop = loop
        self.descriptors = descriptors
        self.onEvent = onEvent
    }

    func handle(_ events: EventSet) {
        onEvent()
        for descriptor in descriptors { loop.remove(descriptor) }
    }
}
