import Chassis
import Domain
import Jobs
import Web

/// Posts to other services by the rules of deliveries: one total time for each attempt; a circuit for each host, after
/// whose failures in a row no worker tries it for a time; and the pauses that a service asks for, which use up no
/// attempt of the job.
struct DeliverySender: Sendable {
    /// How long a job may wait for services that ask for it, or do not answer. Then it is dead-lettered.
    static let window = Duration.seconds(2 * 86_400)

    let client: WebClient
    let pool: BlockingPool
    let gate: DeliveryGate

    /// - Returns: The status of a final answer: 2xx, 3xx, or 4xx but 408 and 429.
    /// - Throws: `JobError.snooze` while host or target is left alone, `JobError.permanent` when the job is too old for
    ///   that, ``DeliveryDisallowed``, ``DeliveryFailed`` for any other failure.
    func post(
        _ url: String, headers: [String], body: [UInt8], to target: DeliveryGate.Target, for job: JobContext
    ) async throws -> Int {
        if let wait = try? await gate.enter(target) {
            throw Self.snooze(wait, job, because: "the service is left alone after failures")
        }
        let result = try await pool.run { [client] in
            Result { () throws(WebError) in try client.post(url, headers: headers, body: body) }
        }
        switch result {
        case .success(let response) where response.status == 429:
            let wait = try? await gate.record(.throttled(response.retryAfter), of: target)
            throw Self.snooze(
                wait ?? response.retryAfter ?? DeliveryGate.firstPause, job, because: "the service answered 429")
        case .success(let response) where response.status == 408 || response.status >= 500:
            if let asked = response.retryAfter, response.status == 503 {
                let wait = try? await gate.record(.unavailable(asked), of: target)
                throw Self.snooze(wait ?? asked, job, because: "the service answered 503")
            }
            _ = try? await gate.record(.failed, of: target)
            throw DeliveryFailed(reason: "the service answered \(response.status)")
        case .success(let response):
            _ = try? await gate.record(.answered, of: target)
            return response.status
        case .failure(let error):
            _ = try? await gate.record(.failed, of: target)
            switch error {
            case .disallowedURL, .disallowedAddress: throw DeliveryDisallowed()
            default: throw DeliveryFailed(reason: "\(error)")
            }
        }
    }

    private static func snooze(_ wait: Duration, _ job: JobContext, because reason: String) -> JobError {
        let left = window - .milliseconds(Timestamp.now.unixMilliseconds - job.id.identifier.unixMilliseconds)
        guard left > .zero else { return .permanent(reason: "not delivered within two days: \(reason)") }
        return .snooze(max(.milliseconds(1), min(wait, left)))
    }
}

/// The address is not one that deliveries may connect to.
struct DeliveryDisallowed: Error, CustomStringConvertible {
    var description: String { "the service has a disallowed address" }
}

/// A delivery that failed and may succeed later.
struct DeliveryFailed: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}
