import Chassis
import Postgres

/// Gathers writes of one kind of an event loop: those of one turn are one statement and one commit, and while
/// statements are under way, further writes wait for the next one. So a commit, which waits for the disk, is shared by
/// as many writes as come meanwhile, and a popular row is locked once for all that want to change it. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class WriteQueue<Write: Sendable, Outcome: Sendable>: @unchecked Sendable {
    private struct Request {
        let write: Write
        let continuation: UnsafeContinuation<Result<Outcome, PostgresError>, Never>
    }

    /// Statements at the same time: one is prepared while the other waits for the disk.
    private static var concurrency: Int { 2 }
    /// Writes in one statement, which bounds how long it keeps its locks.
    private static var longestBatch: Int { 64 }

    private let loop: EventLoop
    private let perform: @Sendable ([Write]) async -> Result<[Outcome], PostgresError>
    private var waiting = FIFO<Request>()
    private var running = 0
    private var isPlanned = false

    /// - Parameter perform: Runs one statement for all of the writes, of which there is one at least, and returns their
    ///   outcomes in order.
    init(on loop: EventLoop, _ perform: @escaping @Sendable ([Write]) async -> Result<[Outcome], PostgresError>) {
        self.loop = loop
        self.perform = perform
    }

    func add(_ write: Write) async throws(PostgresError) -> Outcome {
        let outcome = await withUnsafeContinuation { continuation in
            waiting.append(Request(write: write, continuation: continuation))
            plan()
        }
        return try outcome.get()
    }

    private func plan() {
        guard !isPlanned, running < Self.concurrency else { return }
        isPlanned = true
        loop.atEndOfTurn { [self] in
            isPlanned = false
            begin()
        }
    }

    private func begin() {
        while running < Self.concurrency, let first = waiting.popFirst() {
            var batch = [first]
            while batch.count < Self.longestBatch, let next = waiting.popFirst() { batch.append(next) }
            running += 1
            loop.spawn { [self, batch] in
                await run(batch)
                running -= 1
                if waiting.first != nil { plan() }
            }
        }
    }

    private func run(_ batch: [Request]) async {
        switch await perform(batch.map(\.write)) {
        case .success(let outcomes) where outcomes.count == batch.count:
            for (request, outcome) in zip(batch, outcomes) { request.continuation.resume(returning: .success(outcome)) }
        case .success:
            fail(batch, .unexpectedResult("not every write has an outcome"))
        case .failure(let error):
            // One that fails must not fail others; what may be committed is not tried again.
            switch error {
            case .rejected where batch.count > 1, .timedOut where batch.count > 1:
                for request in batch { loop.spawn { await self.run([request]) } }
            default: fail(batch, error)
            }
        }
    }

    private func fail(_ batch: [Request], _ error: PostgresError) {
        for request in batch { request.continuation.resume(returning: .failure(error)) }
    }
}

/// The outcome of a statement as a value.
func result<Value>(
    _ body: () async throws(PostgresError) -> Value
) async -> Result<Value, PostgresError> {
    do throws(PostgresError) { return .success(try await body()) } catch { return .failure(error) }
}
