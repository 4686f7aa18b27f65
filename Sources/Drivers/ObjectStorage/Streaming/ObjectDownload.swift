internal import Chassis
import Synchronization

/// A range of an object while it is received, piece by piece, for one reader. It holds 128 KiB at most: while the
/// reader takes nothing, the service is not read either, and no thread waits. A transfer that is interrupted is resumed
/// where it was, as long as the object is the same.
package final class ObjectDownload: Sendable {
    static let highWater = 131_072
    private static let lowWater = 32_768

    private struct State {
        var pieces = FIFO<[UInt8]>()
        var buffered = 0
        var isPaused = false
        /// Received in all; where a repetition begins.
        var received = 0
        var end: Result<Void, ObjectStorageError>?
        var waiter: UnsafeContinuation<Result<[UInt8]?, ObjectStorageError>, Never>?
    }

    let key: String
    let range: Range<Int>
    let entityTag: String?
    private let loop: DownloadLoop
    private let state = Mutex(State())

    init(_ key: String, _ range: Range<Int>, entityTag: String?, on loop: DownloadLoop) {
        self.key = key
        self.range = range
        self.entityTag = entityTag
        self.loop = loop
    }

    /// Returns the next piece, 64 KiB at most; nil after the last byte of the range. Ends with
    /// ``ObjectStorageError/cancelled`` when the task is cancelled.
    package func next() async throws(ObjectStorageError) -> [UInt8]? {
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                if let ready = take(or: continuation) { continuation.resume(returning: ready) }
            }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    /// Ends the transfer; what was not read is dropped. Does nothing after the end.
    package func cancel() {
        finish(.failure(.cancelled))
        loop.remove(self)
    }

    private func take(
        or continuation: UnsafeContinuation<Result<[UInt8]?, ObjectStorageError>, Never>
    ) -> Result<[UInt8]?, ObjectStorageError>? {
        let (result, resumes) = state.withLock { state -> (Result<[UInt8]?, ObjectStorageError>?, Bool) in
            if let piece = state.pieces.popFirst() {
                state.buffered -= piece.count
                let resumes = state.isPaused && state.buffered <= Self.lowWater
                if resumes { state.isPaused = false }
                return (.success(piece), resumes)
            }
            if let end = state.end { return (end.map { nil }, false) }
            precondition(state.waiter == nil, "a download has one reader")
            state.waiter = continuation
            return (nil, false)
        }
        if resumes { loop.resume(self) }
        return result
    }

    // MARK: Calls of the loop

    /// The range that is still missing.
    var rest: Range<Int> { state.withLock { range.lowerBound + $0.received..<range.upperBound } }

    var isFinished: Bool { state.withLock { $0.end != nil } }

    /// - Returns: False if the buffer is full: then the same piece comes again after the reader has taken enough.
    func push(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let waiter = state.withLock {
            state -> (Bool, UnsafeContinuation<Result<[UInt8]?, ObjectStorageError>, Never>?) in
            if let waiter = state.waiter.take() {
                state.received += bytes.count
                return (true, waiter)
            }
            guard state.buffered < Self.highWater else {
                state.isPaused = true
                return (false, nil)
            }
            state.received += bytes.count
            state.buffered += bytes.count
            state.pieces.append(Array(bytes))
            return (true, nil)
        }
        waiter.1?.resume(returning: .success(Array(bytes)))
        return waiter.0
    }

    func finish(_ result: Result<Void, ObjectStorageError>) {
        let waiter = state.withLock { state -> UnsafeContinuation<Result<[UInt8]?, ObjectStorageError>, Never>? in
            guard state.end == nil else { return nil }
            state.end = result
            if case .failure(.cancelled) = result {
                state.pieces = FIFO()
                state.buffered = 0
            }
            return state.waiter.take()
        }
        waiter?.resume(returning: result.map { nil })
    }
}
