import Chassis
package import Domain
import Postgres

/// The idempotency key of a client's request: a request that is sent twice with it creates one row, within a day. Keys
/// belong to a user.
package struct RequestKey: Sendable {
    package let text: String
    /// The digest of the request, which must be the same at the second time.
    package let digest: [UInt8]

    package init(text: String, digest: [UInt8]) {
        self.text = text
        self.digest = digest
    }
}

extension RequestKey? {
    /// The last two parameters of the SQL functions that create rows once for each key.
    var values: [PostgresValue] {
        [.optional(self?.text), self.map { .bytes($0.digest) } ?? .null]
    }

    /// The same as members of a JSON object, the digest in hexadecimal digits.
    func write(to object: inout JSONWriter) {
        guard let self else { return }
        object.member("key", self.text)
        object.member("digest", self.digest.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined())
    }
}

/// What became of a request that creates a row.
package enum Creation<ID: EntityID>: Sendable {
    case created(ID)
    /// The same request created it before, under the same key.
    case repeated(ID)
    /// Nothing was written, for this reason.
    case refused(DomainError.Code)

    /// Of the row that there is now; nil if the request was refused.
    package var id: ID? {
        switch self {
        case .created(let id), .repeated(let id): id
        case .refused: nil
        }
    }

    /// Reads an outcome, null or `created` if the row was created, and the id.
    init(_ rows: Rows) throws(PostgresError) {
        guard var row = rows.first else { throw .unexpectedResult("a request has no outcome") }
        try self.init(&row)
    }

    init(_ row: inout Row) throws(PostgresError) {
        switch try row.optionalText() {
        case nil, "created"?: self = .created(try row.id(ID.self))
        case "repeated"?: self = .repeated(try row.id(ID.self))
        case let outcome?:
            guard let code = DomainError.Code(rawValue: outcome) else {
                throw .unexpectedResult("\(outcome) is no outcome of a request")
            }
            self = .refused(code)
        }
    }
}

extension PostgresValue {
    /// The versions of a row that a statement may change, for a parameter that is cast by `::text[]::integer[]`; nil
    /// for any.
    static func versions(_ versions: [Int]?) -> PostgresValue {
        versions.map { .texts($0.map(\.description)) } ?? .null
    }
}
