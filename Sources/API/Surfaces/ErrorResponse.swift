import Chassis
import HTTP

/// What every surface says of an error: a status, a sentence, headers. Faults of ours are logged here, once, with
/// everything; the client gets one fixed sentence.
struct ErrorResponse {
    let status: Status
    let message: String
    var headers: [(name: StaticString, value: String)] = []

    init(_ error: any Error, _ request: Request, _ log: RequestLog) {
        guard let refusal = Refusal(error) else {
            log.of(request).error("request failed", ["path": .text(request.path), "error": "\(error)"])
            status = 500
            message = "Something went wrong on our side"
            return
        }
        switch refusal {
        case .invalid(let reason): (status, message) = (400, reason)
        case .unauthenticated(let reason):
            (status, message) = (401, reason)
            headers = [("WWW-Authenticate", "Bearer")]
        case .forbidden(let reason): (status, message) = (403, reason)
        case .notFound(let reason): (status, message) = (404, reason)
        case .conflict(let reason): (status, message) = (409, reason)
        case .tooLarge(let reason): (status, message) = (413, reason)
        case .unsupportedMediaType(let reason): (status, message) = (415, reason)
        case .tooMany(let seconds):
            (status, message) = (429, "Too many requests, try again in \(seconds) s")
            headers = [("Retry-After", "\(seconds)")]
        case .busy(let seconds):
            (status, message) = (503, "Too much to do, try again in \(seconds) s")
            headers = [("Retry-After", "\(seconds)")]
        case .unavailable:
            (status, message) = (503, "The service is temporarily unavailable, try again later")
            headers = [("Retry-After", "2")]
            log.of(request).warning("store unavailable", ["error": "\(error)"])
        case .wrongMethod(let allow): (status, message) = (405, "Method not allowed; allowed: \(allow)")
        }
    }
}
