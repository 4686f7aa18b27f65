import Chassis
import Crypto
import Jobs
import Synchronization
import Web

/// Delivers signed JSON to another service. The service recognises a repeated delivery by its id. After several
/// failures in a row deliveries pause: their jobs are snoozed and lose no attempt.
final class Webhook: Sendable {
    private struct State {
        var failures = 0
        var pausedUntil: UInt64 = 0
    }

    private static let failureLimit = 5
    private static let pause = Duration.seconds(30)
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

    /// - Throws: `JobError.snooze` while deliveries pause, `JobError.permanent` for a 4xx answer but 408 and 429,
    ///   ``DeliveryFailed`` for any other failure.
    func deliver(_ body: [UInt8], for job: JobContext) async throws {
        let now = monotonicNanoseconds()
        let left = state.withLock { $0.pausedUntil > now ? $0.pausedUntil - now : 0 }
        guard left == 0 else { throw JobError.snooze(.nanoseconds(Int64(left))) }
        let headers = headers(body, job)
        let result = await Result { [url, client] () async throws in
            try await pool.run { try client.post(url, headers: headers, body: body).status }
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
            if state.failures >= Self.failureLimit {
                state.pausedUntil = monotonicNanoseconds() + Self.pause.nanoseconds
            }
        }
    }

    /// Signs the time, a dot and the body, so that a recorded delivery cannot be replayed later.
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
    /// The result of an asynchronous call.
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

/// A delivery that failed and may succeed later.
struct DeliveryFailed: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}

/// The addresses of webhooks, and the secret that signs their deliveries.
struct WebhookSettings: Sendable {
    let push: String?
    let achievement: String?
    let secret: Secret<[UInt8]>

    init(_ reader: inout SettingsReader, _ secrets: GeneratedSecrets) {
        push = reader.read(Self.address("PUSH_WEBHOOK_URL", "where pushes are delivered"))
        achievement = reader.read(Self.address("ACHIEVEMENT_WEBHOOK_URL", "where first friendships are reported"))
        secret = secrets.read("WEBHOOK_SECRET", &reader, least: 16)
    }

    private static func address(_ name: String, _ meaning: String) -> Setting<String?> {
        Setting(name, default: .some(nil), "\(meaning): https://…, or http://localhost…") { text in
            WebClient.isAllowedURL(text) ? .some(text) : nil
        }
    }
}
