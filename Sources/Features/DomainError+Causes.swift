import Chassis
package import Domain
import MediaStoring
import Postgres

extension DomainError {
    /// Translates an error of a lower room. A condition of the machine becomes `unavailable`; another error that is no
    /// refusal becomes an internal fault with its cause.
    package init(_ error: any Error) {
        switch error {
        case let error as DomainError: self = error
        case let error as PostgresError:
            // The last net: a text that PostgreSQL cannot store came from outside and is the client's mistake.
            if case .rejected(let failure) = error, failure.sqlState.isUnstorableText {
                self = .invalid("A text of the request contains a character that cannot be stored")
            } else if case .rejected(let failure) = error, let refusal = DomainError(refusedWrite: failure) {
                self = refusal
            } else if error == .timedOut || error.machineCondition != nil {
                self = .unavailable(cause: "\(error)")
            } else {
                self = .internalFault(cause: "\(error)")
            }
        case is BlockingPool.Overloaded: self = .overloaded(retryAfterSeconds: 2)
        case let error as BlobError where error.machineCondition != nil: self = .unavailable(cause: "\(error)")
        default: self = .internalFault(cause: "\(error)")
        }
    }
}

/// Runs the body of a use case and translates what it throws.
@inline(__always)
func domainErrors<Value>(_ body: () async throws -> Value) async throws(DomainError) -> Value {
    do { return try await body() } catch { throw DomainError(error) }
}
