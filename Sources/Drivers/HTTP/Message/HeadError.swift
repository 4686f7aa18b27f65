/// Why a head is refused, before any route sees it.
enum HeadError: Error {
    /// Not HTTP, or HTTP in a way that two readers could understand differently.
    case malformed
    /// A transfer coding other than chunked.
    case unknownTransferCoding
    case unknownVersion
    case tooManyFields

    var status: Status {
        switch self {
        case .malformed: 400
        case .unknownTransferCoding: 501
        case .unknownVersion: 505
        case .tooManyFields: 431
        }
    }
}
