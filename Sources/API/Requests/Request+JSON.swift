import Chassis
import Domain
import FoundationEssentials
import HTTP

extension Request {
    /// The body as a value. Unknown members are ignored; wrong types, members twice, too deep and too large are refused.
    /// - Parameter limit: Bytes.
    func json<Value: Decodable>(_ type: Value.Type, limit: Int = 65_536) async throws -> Value {
        if let contentType = head.header("content-type") {
            let kind = contentType.split(separator: ";").first.map { $0.lowercased() } ?? ""
            guard kind == "application/json" || kind.hasSuffix("+json") else {
                throw Refusal.unsupportedMediaType("Send the body as application/json")
            }
        }
        let bytes = try await body.collect(limit: limit)
        do {
            try JSONLimits(size: limit).check(bytes)
        } catch {
            throw ValidationError(field: "body", reason: error.reason)
        }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw Self.refusal(of: error)
        }
    }

    /// The same; nil when there is no body.
    func optionalJSON<Value: Decodable>(_ type: Value.Type, limit: Int = 65_536) async throws -> Value? {
        if head.contentLength ?? 0 == 0, !head.isChunked { return nil }
        return try await json(type, limit: limit)
    }

    private static func refusal(of error: DecodingError) -> ValidationError {
        let (field, problem) =
            switch error {
            case .keyNotFound(let key, let context): (path(context.codingPath + [key]), "is required")
            case .valueNotFound(_, let context): (path(context.codingPath), "is required")
            case .typeMismatch(let type, let context): (path(context.codingPath), "must be \(name(of: type))")
            case .dataCorrupted(let context) where !context.codingPath.isEmpty:
                (path(context.codingPath), "is not valid")
            default: ("body", "must be valid JSON")
            }
        if !field.isEmpty, field != "body" { return ValidationError(field: field, reason: "\(field) \(problem)") }
        let isOther = if case .typeMismatch = error { true } else { false }
        return ValidationError(
            field: "body", reason: isOther ? "The body must be a JSON object" : "The body is not valid JSON")
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
