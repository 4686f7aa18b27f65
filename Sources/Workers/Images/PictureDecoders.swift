import Chassis
import MediaDecoding
import Synchronization

/// One sandboxed decoder for each job that runs at the same time, each with a thread that waits for it.
final class PictureDecoders: Sendable {
    private let pool: BlockingPool
    private let free: Mutex<[PictureDecoder]>

    init(count: Int) {
        pool = BlockingPool(name: "decode", threads: count, queueLimit: 1_024)
        free = Mutex((0..<count).map { _ in PictureDecoder() })
    }

    /// Runs work with a decoder of its own, on a thread that it may block.
    func run<Value: Sendable>(_ work: @escaping @Sendable (PictureDecoder) throws -> Value) async throws -> Value {
        try await pool.run { [self] in
            // There are as many decoders as threads.
            let decoder = free.withLock { $0.popLast() } ?? PictureDecoder()
            defer { free.withLock { $0.append(decoder) } }
            return try work(decoder)
        }
    }
}
