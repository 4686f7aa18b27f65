import Chassis

/// The body of a request, pulled piece by piece. Reading keeps the client at our pace: when 256 KiB wait here, the
/// socket is no longer read.
///
/// `@unchecked Sendable`: loop-confined, like the connection it comes from; handlers run on the loop.
package final class RequestBody: @unchecked Sendable {
    /// Why there is no more body.
    package enum Failure: Error, Equatable {
        /// Longer than the handler accepts.
        case tooLarge(limit: Int)
        /// The client went away, stalled, or sent something that is not a body.
        case interrupted
    }

    static let highWater = 256 * 1024
    private static let lowWater = 128 * 1024

    /// What the head says the length is; nil when it is chunked.
    package let declaredLength: Int?
    /// Nil as soon as nothing more can come, so that a body that is kept has no say in later requests.
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

    /// Of requests without a body; it never changes.
    static let empty = RequestBody()

    private init() {
        declaredLength = 0
        isEnded = true
    }

    /// The next piece, at most 64 KiB; nil at the end.
    package func next() async throws(Failure) -> [UInt8]? {
        connection?.bodyIsWanted()
        if let ready = takeReady() { return try ready.get() }
        precondition(waiter == nil, "a body has one reader")
        return try await withUnsafeContinuation { continuation in
            // Once more inside, where nothing can happen in between.
            if let ready = takeReady() { continuation.resume(returning: ready) } else { waiter = continuation }
        }.get()
    }

    /// Nil when one has to wait.
    private func takeReady() -> Result<[UInt8]?, Failure>? {
        if !pieces.isEmpty, let piece = pieces.popFirst() {
            buffered -= piece.count
            if buffered < Self.lowWater { connection?.bodyHasRoom() }
            return .success(piece)
        }
        if isEnded { return .success(nil) }
        return isInterrupted ? .failure(.interrupted) : nil
    }

    /// The whole body.
    /// - Throws: ``Failure/tooLarge(limit:)``, before reading anything when the head says so already.
    package func collect(limit: Int) async throws(Failure) -> [UInt8] {
        if let declaredLength, declaredLength > limit { throw .tooLarge(limit: limit) }
        var whole: [UInt8] = []
        while let piece = try await next() {
            if whole.count + piece.count > limit { throw .tooLarge(limit: limit) }
            if whole.isEmpty { whole = piece } else { whole += piece }
        }
        return whole
    }

    // MARK: From the connection

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
