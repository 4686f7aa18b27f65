import Chassis

/// The body of a request, read piece by piece. Backpressure: while 256 KiB are buffered here, the socket is not read.
///
/// `@unchecked Sendable`: loop-confined, like the connection it comes from; handlers run on the loop.
package final class RequestBody: @unchecked Sendable {
    /// The reason why a body cannot be read further.
    package enum Failure: Error, Equatable {
        /// Longer than the limit of the reader.
        case tooLarge(limit: Int)
        /// The client disconnected, stalled or sent a malformed body.
        case interrupted
    }

    static let highWater = 256 * 1024
    private static let lowWater = 128 * 1024

    /// The Content-Length; nil if the body is chunked.
    package let declaredLength: Int?
    /// Nil once the body has ended, so that a retained body cannot affect later requests of the connection.
    private var connection: Connection?
    private var pieces = FIFO<[UInt8]>()
    private(set) var buffered = 0
    private var isEnded = false
    private var isInterrupted = false
    private var waiter: UnsafeContinuation<Result<[UInt8]?, Failure>, Never>?

    init(declaredLength: Int?, connection: Connection) {
        self.declaredLength = declaredLength
        self.connection = connection
    }

    /// The body of all requests without one; immutable.
    static let empty = RequestBody()

    private init() {
        declaredLength = 0
        isEnded = true
    }

    /// Returns the next piece, at most 64 KiB; nil at the end.
    package func next() async throws(Failure) -> [UInt8]? {
        connection?.bodyRequested()
        if let ready = takeReady() { return try ready.get() }
        precondition(waiter == nil, "a body has one reader")
        return try await withUnsafeContinuation { continuation in
            // Checked again: input may have arrived before the suspension.
            if let ready = takeReady() { continuation.resume(returning: ready) } else { waiter = continuation }
        }.get()
    }

    /// Returns what can be read without waiting; nil if the reader must wait.
    private func takeReady() -> Result<[UInt8]?, Failure>? {
        if !pieces.isEmpty, let piece = pieces.popFirst() {
            buffered -= piece.count
            if buffered < Self.lowWater { connection?.bodyDrained() }
            return .success(piece)
        }
        if isEnded { return .success(nil) }
        return isInterrupted ? .failure(.interrupted) : nil
    }

    /// Reads the whole body.
    /// - Throws: ``Failure/tooLarge(limit:)``, before reading anything if Content-Length already exceeds the limit.
    package func collect(limit: Int) async throws(Failure) -> [UInt8] {
        if let declaredLength, declaredLength > limit { throw .tooLarge(limit: limit) }
        var whole: [UInt8] = []
        while let piece = try await next() {
            if whole.count + piece.count > limit { throw .tooLarge(limit: limit) }
            if whole.isEmpty { whole = piece } else { whole += piece }
        }
        return whole
    }

    // MARK: Calls of the connection

    func push(_ piece: [UInt8]) {
        guard !piece.isEmpty else { return }
        if resume(.success(piece)) { return }
        buffered += piece.count
        pieces.append(piece)
    }

    func end() {
        isEnded = true
        connection = nil
        _ = resume(.success(nil))
    }

    func interrupt() {
        guard !isEnded else { return }
        isInterrupted = true
        connection = nil
        _ = resume(.failure(.interrupted))
    }

    private func resume(_ result: Result<[UInt8]?, Failure>) -> Bool {
        guard let waiting = waiter else { return false }
        waiter = nil
        waiting.resume(returning: result)
        return true
    }
}
