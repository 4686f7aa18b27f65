import Chassis
import Domain
import HTTP
import MediaStoring
import Postgres

extension Refusal {
    /// What an error of a lower room means to a client; nil when it is nobody's fault but ours.
    init?(_ error: any Error) {
        switch error {
        case let refusal as Refusal: self = refusal
        case let refusal as AccountRefusal: self.init(refusal)
        case let refusal as FriendRefusal: self.init(refusal)
        case let refusal as MessageRefusal: self.init(refusal)
        case is OwnPresence.Failed: self = .unavailable
        case is InvalidStatus: self = .invalid("status must be online, away or offline")
        case let error as ValidationError: self = .invalid(error.reason)
        case let error as RoutingError: self.init(error)
        case let error as RequestBody.Failure: self.init(error)
        case let error as MultipartError: self.init(error)
        case is BlockingPool.Overloaded: self = .busy(retryAfterSeconds: 2)
        case BlobError.noSpace: self = .unavailable
        case let error as PostgresError:
            switch error {
            case .unavailable, .connectionLost, .timedOut: self = .unavailable
            case .rejected, .unexpectedAnswer: return nil
            }
        default: return nil
        }
    }

    private init(_ error: RoutingError) {
        switch error {
        case .notFound: self = .notFound("Not found")
        case .methodNotAllowed(let allow): self = .wrongMethod(allow: allow)
        case .malformedPath: self = .invalid("The path is not valid")
        }
    }

    private init(_ error: RequestBody.Failure) {
        switch error {
        case .tooLarge(let limit): self = .tooLarge("The request is larger than \(limit) bytes")
        case .interrupted: self = .invalid("The request ended too early")
        }
    }

    private init(_ error: MultipartError) {
        switch error {
        case .notMultipart: self = .unsupportedMediaType("Send the file as multipart/form-data")
        case .malformed: self = .invalid("The form is not valid multipart/form-data")
        case .tooManyParts: self = .invalid("The form has too many or too long parts")
        }
    }
}
