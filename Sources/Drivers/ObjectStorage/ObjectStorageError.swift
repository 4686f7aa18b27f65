/// The reason why a request to a bucket failed. No text of it holds a secret: codes of the service are reduced to
/// letters and digits, and messages are libcurl's own.
package enum ObjectStorageError: Error, Equatable {
    /// The key names no object, or the upload id no upload.
    case notFound
    /// The bucket does not exist.
    case noBucket
    /// The credentials are wrong or lack a permission.
    case accessDenied(code: String)
    /// The object is not the one that was asked for: another one replaced it.
    case replaced
    /// The service has no room, or the bucket's quota is used up.
    case full(code: String)
    /// The service is overloaded or has a fault of its own; a repetition may succeed.
    case busy(status: Int, code: String)
    /// No connection, or no answer in time.
    case unreachable(String)
    /// The object exceeds the limit of the caller, if its size is known, in bytes.
    case tooLarge(byteCount: Int)
    /// The service refused the request for another reason.
    case rejected(status: Int, code: String)
    /// The answer is not one of S3.
    case invalidAnswer(String)
    /// The bytes of the request or of the answer could not be read or written on this machine; an `errno`.
    case local(code: Int32)
    /// The receiver wants no more.
    case cancelled

    /// Whether the same request may succeed when it is sent again.
    var isTemporary: Bool {
        switch self {
        case .busy, .unreachable: true
        default: false
        }
    }

    /// Whether the request may have taken effect in spite of the error.
    var isUncertain: Bool {
        switch self {
        case .busy, .unreachable, .invalidAnswer: true
        default: false
        }
    }

    /// Returns the error of a status that is not 2xx.
    /// - Parameter code: The code in the body, such as `NoSuchKey`; empty without one.
    static func status(_ status: Int, code: String) -> ObjectStorageError {
        switch (status, code) {
        case (_, "NoSuchBucket"): .noBucket
        case (507, _), (_, "QuotaExceeded"), (_, "InsufficientCapacity"), (_, "XMinioStorageFull"),
            (_, "XMinioAdminBucketQuotaExceeded"), (_, "ServiceQuotaExceededException"), (_, "EntityTooLargeForQuota"):
            .full(code: code)
        case (404, _): .notFound
        case (412, _), (416, _): .replaced
        case (401, _), (403, _): .accessDenied(code: code)
        case (429, _), (500...599, _), (_, "SlowDown"), (_, "RequestTimeout"), (_, "OperationAborted"):
            .busy(status: status, code: code)
        default: .rejected(status: status, code: code)
        }
    }
}

extension ObjectStorageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound: "the object storage has no such object"
        case .noBucket: "the bucket does not exist"
        case .accessDenied(let code): "the object storage denies access (\(code))"
        case .replaced: "the object was replaced"
        case .full(let code): "the object storage is full (\(code))"
        case .busy(let status, let code): "the object storage answers \(status) (\(code))"
        case .unreachable(let reason): "the object storage does not answer (\(reason))"
        case .tooLarge(let count): "the object has \(count) bytes"
        case .rejected(let status, let code): "the object storage refuses the request with \(status) (\(code))"
        case .invalidAnswer(let reason): "the answer of the object storage is not valid (\(reason))"
        case .local(let code): "bytes could not be read or written on this machine (errno \(code))"
        case .cancelled: "the transfer was cancelled"
        }
    }
}
