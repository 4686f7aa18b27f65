import Chassis
package import Domain
import MediaStoring
import Postgres

extension DomainError {
    /// Translates an error of a lower room. An error that is no refusal becomes an internal fault with its cause.
    package init(_ error: any Error) {
        switch error {
        case let error as DomainError: self = error
        case let error as PostgresError:
            switch error {
            case .unavailable, .connectionLost, .timedOut: self = .unavailable(cause: "\(error)")
            // The last net: a text that PostgreSQL cannot store came from outside and is the client's mistake.
            case .rejected(let failure) where failure.sqlState.isUnstorableText:
                self = .invalid("A text of the request contains a character that cannot be stored")
            case .rejected, .unexpectedResult: self = .internalFault(cause: "\(error)")
            }
        case is BlockingPool.Overloaded: self = .overloaded(retryAfterSeconds: 2)
        case BlobError.noSpace: self = .unavailable(cause: "\(error)")
        default: self = .internalFault(cause: "\(error)")
        }
    }
}

/// Runs the body of a use case and translates what it throws.
@inline(__always)
func domainErrors<Value>(_ body: () async throws -> Value) async throws(DomainError) -> Value {
    do { return try await body() } catch { throw DomainError(error) }
}
