import Chassis
import MediaDecoding
import Synchronization

/// One sandboxed decoder for each job that runs at the same time, each with a thread that waits for it.
final class DecoderPool<Decoder: Sendable>: Sendable {
    private let pool: BlockingPool
    private let free: Mutex<[Decoder]>
    private let make: @Sendable () -> Decoder

    init(count: Int, _ make: @escaping @Sendable () -> Decoder) {
        pool = BlockingPool(name: "decode", threads: count, queueLimit: 1_024)
        free = Mutex((0..<count).map { _ in make() })
        self.make = make
    }

    /// Runs work with a decoder of its own, on a thread that it may block.
    func run<Value: Sendable>(_ work: @escaping @Sendable (Decoder) throws -> Value) async throws -> Value {
        try await pool.run { [self] in
            // There are as many decoders as threads.
            let decoder = free.withLock { $0.popLast() } ?? make()
            defer { free.withLock { $0.append(decoder) } }
            return try work(decoder)
        }
    }
}
