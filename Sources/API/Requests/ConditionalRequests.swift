import Domain
import Features
import HTTP

extension Request {
    /// Returns the versions that a change is for, from the entity tags in If-Match; nil without it and for `*`. A tag
    /// of another service, and a weak one (RFC 9110, 13.1.1), matches no version.
    func expectedVersions() -> [Int]? {
        guard let list = head.entityTags("if-match"), !list.isAny else { return nil }
        return list.tags.compactMap { $0.isWeak ? nil : EntityTag.version(in: $0.text) }
    }

    /// The client's idempotency key.
    var idempotencyKey: String? { head.header("idempotency-key") }
}

extension Response {
    /// Returns this response with its entity tag, or 304 if the client has it.
    /// - Parameter version: Of the entity, which a change may name by If-Match.
    /// - Throws: `precondition_failed` for an If-Match that the body does not fit.
    func revalidated(version: Int? = nil, for request: Request) throws -> Response {
        guard let response = validated(version: version, for: request) else { throw DomainError.preconditionFailed }
        return response
    }
}
