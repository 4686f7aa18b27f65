import Chassis
import Domain
import Features
import FoundationEssentials
import HTTP

/// The byte limits of JSON bodies.
enum JSONBodyLimit {
    /// Of a body with short texts.
    static let usual = 65_536

    /// Of a body with a name and a biography or a text as long, of 1,000 characters.
    static let profile = texts(of: 1_000)
    /// Of a post with its text and the addresses of its files.
    static let post = texts(of: PostText.longest) + 6 * 2_048 * PostText.mostMediaURLs
    /// Bytes of the longest character in UTF-8 that texts may have: an emoji of a family has 25.
    private static let longestCharacter = 30

    /// Returns the limit of a body with long texts, which follows from their limit in characters: a text is valid or
    /// too long whatever the encoding that a client chooses, and a byte becomes at most six as `\u0041`.
    static func texts(of characters: Int) -> Int { 6 * longestCharacter * characters + usual }
}

extension Request {
    /// Decodes the body. Unknown members are ignored; wrong types, repeated members, too deep and too large bodies, and
    /// what is not JSON to the letter are refused.
    /// - Parameter limit: In bytes.
    /// - Throws: `DomainError`, `RequestBody.Failure`.
    func json<Value: Decodable>(_ type: Value.Type, limit: Int = JSONBodyLimit.usual) async throws -> Value {
        if let contentType = head.header("content-type") {
            let kind = contentType.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
            guard kind == "application/json" || kind.hasSuffix("+json") else {
                throw DomainError(
                    .unsupportedMediaType, .unsupportedMediaType, "Send the body as application/json")
            }
        }
        let bytes = try await body.collect(limit: limit)
        do {
            try JSONLimits(size: limit).check(bytes)
        } catch {
            throw DomainError(field: "body", reason: error.reason)
        }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw DomainError(error)
        }
    }

    /// Decodes the body as an object whose members are read one by one, so that the answer names every wrong one.
    func fields(limit: Int = JSONBodyLimit.usual) async throws -> BodyFields {
        try await json(BodyFields.self, limit: limit)
    }

    /// Decodes the body like ``json(_:limit:)``; nil without a body.
    func optionalJSON<Value: Decodable>(_ type: Value.Type, limit: Int = JSONBodyLimit.usual) async throws -> Value? {
        if head.contentLength ?? 0 == 0, !head.isChunked { return nil }
        return try await json(type, limit: limit)
    }

    /// Decodes a parameter of the route. Here and not in HTTP, so that the compiler can specialise it.
    func parameter<ID: EntityID>(_ name: String, as type: ID.Type) throws(DomainError) -> ID {
        guard let identifier = Identifier(parameter(name)) else { throw .invalid("\(name) is not valid") }
        return ID(identifier)
    }

    /// Decodes a parameter of the query that is an id; nil without it.
    func optionalID<ID: EntityID>(_ name: String, as type: ID.Type) throws(DomainError) -> ID? {
        guard let text = query(name) else { return nil }
        guard let identifier = Identifier(text) else { throw .invalid("\(name) is not valid") }
        return ID(identifier)
    }

    /// Decodes `page` and `limit`.
    /// - Throws: `validation_failed`.
    func page(limit: Int, atMost maximum: Int) throws(DomainError) -> Page {
        try Page(number: query("page"), limit: query("limit"), defaultLimit: limit, maximumLimit: maximum)
    }
}

extension DomainError {
    /// The refusal of a member that is missing or has another type.
    init(_ error: DecodingError) {
        let (field, problem) =
            switch error {
            case .keyNotFound(let key, let context): (Self.path(context.codingPath + [key]), "is required")
            case .valueNotFound(_, let context): (Self.path(context.codingPath), "is required")
            case .typeMismatch(let type, let context):
                (Self.path(context.codingPath), "must be \(Self.name(of: type))")
            case .dataCorrupted(let context) where !context.codingPath.isEmpty:
                (Self.path(context.codingPath), "is not valid")
            default: ("body", "must be valid JSON")
            }
        if !field.isEmpty, field != "body" {
            self.init(field: field, reason: "\(field) \(problem)")
            return
        }
        let isOtherType = if case .typeMismatch = error { true } else { false }
        self.init(
            field: "body", reason: isOtherType ? "The body must be a JSON object" : "The body is not valid JSON")
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map(\.stringValue).joined(separator: ".")
    }

    private static func name(of type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is Int.Type: "a whole number"
        case is Double.Type: "a number"
        default: "of another type"
        }
    }
}
