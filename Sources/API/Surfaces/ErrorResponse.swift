import Chassis
import Domain
import Features
import HTTP

/// What a surface's document says of one error code. Nil members: the status of the error's kind, no code, the error's
/// own message.
struct ErrorEntry {
    var status: Status?
    /// The code of the document.
    var code: String?
    var message: String?

    /// The codes of two-factor login, the same on all surfaces that have a login.
    static let twoFactorCodes: [DomainError.Code: String] = [
        .twoFactorRequired: "TWO_FACTOR_REQUIRED", .twoFactorInvalid: "TWO_FACTOR_INVALID",
        .twoFactorSetupRequired: "TWO_FACTOR_SETUP_REQUIRED",
        .twoFactorAlreadyEnabled: "TWO_FACTOR_ALREADY_ENABLED", .twoFactorNotBegun: "TWO_FACTOR_NOT_BEGUN",
        .twoFactorNotEnabled: "TWO_FACTOR_NOT_ENABLED",
    ]
}

/// The status, words and headers of an error response; every surface puts them into its own envelope. Faults of the
/// product are logged here, once; the client gets one fixed sentence.
struct ErrorResponse {
    let status: Status
    let message: String
    /// The code of the surface's document, if its table has one.
    let code: String?
    /// The refusal; nil for an error of the transport.
    let error: DomainError?
    let headers: [(name: StaticString, value: String)]

    /// - Parameter table: The surface's entry for an error; nil where its document says nothing.
    init(
        _ error: any Error, _ request: Request, _ log: RequestLog, table: (DomainError) -> ErrorEntry? = { _ in nil }
    ) {
        // First the usual case: a cast that fails costs as much as one that succeeds.
        if let error = error as? DomainError {
            self.init(error, request, log, table: table)
        } else if let error = error as? RoutingError {
            self.init(error)
        } else {
            self.init(DomainError(transport: error), request, log, table: table)
        }
    }

    private init(
        _ error: DomainError, _ request: Request, _ log: RequestLog, table: (DomainError) -> ErrorEntry?
    ) {
        let entry = table(error)
        status = entry?.status ?? Self.status(of: error.kind)
        message = entry?.message ?? error.message
        code = entry?.code
        self.error = error
        var headers: [(name: StaticString, value: String)] = []
        if status.rawValue == 401 { headers.append(("WWW-Authenticate", "Bearer")) }
        if let seconds = error.retryAfterSeconds { headers.append(("Retry-After", "\(seconds)")) }
        self.headers = headers
        switch error.kind {
        case .internalFault:
            log.of(request).error(
                "request failed", ["path": .text(request.path), "error": .text(error.cause ?? error.message)])
        case .unavailable:
            log.of(request).warning("store unavailable", ["error": .text(error.cause ?? error.message)])
        default: break
        }
    }

    private init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
        code = nil
        error = nil
        headers = []
    }

    private init(_ error: RoutingError) {
        switch error {
        case .notFound: self.init(404, "Not found")
        case .methodNotAllowed(let allow): self.init(405, "Method not allowed; allowed: \(allow)")
        case .malformedPath: self.init(400, "The path is not valid")
        case .malformedQuery: self.init(400, "The query is not valid")
        }
    }

    /// One status for each kind of refusal; a surface's table overrides it for single codes.
    private static func status(of kind: DomainError.Kind) -> Status {
        switch kind {
        case .invalid: 400
        case .unauthenticated: 401
        case .forbidden: 403
        case .notFound: 404
        case .conflict: 409
        case .tooLarge: 413
        case .unsupportedMediaType: 415
        case .rateLimited: 429
        case .overloaded, .unavailable: 503
        case .internalFault: 500
        }
    }
}

extension DomainError {
    /// Translates an error of the HTTP driver; any other as ``init(_:)``.
    fileprivate init(transport error: any Error) {
        switch error {
        case RequestBody.Failure.tooLarge(let limit): self = .tooLarge("The request is larger than \(limit) bytes")
        case RequestBody.Failure.interrupted: self = .invalid("The request ended too early")
        case MultipartError.notMultipart:
            self.init(.unsupportedMediaType, .unsupportedMediaType, "Send the file as multipart/form-data")
        case MultipartError.malformed: self = .invalid("The form is not valid multipart/form-data")
        case MultipartError.tooManyParts: self = .invalid("The form has too many or too long parts")
        default: self.init(error)
        }
    }
}
