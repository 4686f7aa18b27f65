import Chassis
import Crypto
import Jobs
import Synchronization
import Web

/// Delivers JSON to another service, signed, once for each job as far as the service looks at the id. A service that fails
/// again and again is left alone for a while: jobs come back then, and have lost no attempt.
final class Webhook: Sendable {
    private struct State {
        var failures = 0
        var restsUntil: UInt64 = 0
    }

    private static let patience = 5
    private static let rest = Duration.seconds(30)
    private let url: String
    private let signer: HMACSHA256
    private let client = WebClient()
    private let pool: BlockingPool
    private let state = Mutex(State())

    init(_ url: String, secret: Secret<[UInt8]>, pool: BlockingPool) {
        self.url = url
        signer = HMACSHA256(key: secret.exposed)
        self.pool = pool
    }

    /// - Throws: `JobError.snooze` while the service rests, `JobError.permanent` for an answer that says it will never take
    ///   this, ``DeliveryFailed`` else.
    func deliver(_ body: [UInt8], for job: JobContext) async throws {
        let now = monotonicNanoseconds()
        let left = state.withLock { $0.restsUntil > now ? $0.restsUntil - now : 0 }
        guard left == 0 else { throw JobError.snooze(.nanoseconds(Int64(left))) }
        let headers = headers(body, job)
        let result = await Result { [url, client] () async throws in
            try await pool.run { try client.post(url, headers: headers, body: body) }
        }
        switch result {
        case .success(200..<300):
            state.withLock { $0.failures = 0 }
        case .success(let status) where (400..<500).contains(status) && status != 408 && status != 429:
            state.withLock { $0.failures = 0 }
            throw JobError.permanent(reason: "the service answered \(status)")
        case .success(let status):
            failed()
            throw DeliveryFailed(reason: "the service answered \(status)")
        case .failure(let error as WebError):
            failed()
            throw DeliveryFailed(reason: "\(error)")
        case .failure(let error): throw error
        }
    }

    private func failed() {
        state.withLock { state in
            state.failures += 1
            if state.failures >= Self.patience { state.restsUntil = monotonicNanoseconds() + Self.rest.nanoseconds }
        }
    }

    /// The signature is over the time, a dot and the body, so that an old delivery cannot be told again.
    private func headers(_ body: [UInt8], _ job: JobContext) -> [String] {
        let time = "\(Timestamp.now.unixSeconds)"
        let code = signer.authenticate((Array("\(time).".utf8) + body).span)
        return [
            "Content-Type: application/json", "X-Delivery-Id: \(job.id)", "X-Timestamp: \(time)",
            "X-Signature-256: sha256=\(Hex.encode(code.span))",
        ]
    }
}

extension Result where Failure == any Error {
    /// What an asynchronous call gives or throws.
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
