import Domain
import HTTP

/// The members of a JSON object of a request. Each is decoded and checked on its own, and its error is kept until the
/// end, so that one answer names every wrong member. Unknown members are ignored.
///
///     let fields = try await request.fields()
///     let (email, role) = try fields.all(
///         fields.required("email") { try EmailAddress($0) }, fields.optional("role", as: String.self))
final class BodyFields: Decodable {
    private let members: KeyedDecodingContainer<JSONKey>
    private let errors = FieldErrors()

    init(from decoder: any Decoder) throws {
        members = try decoder.container(keyedBy: JSONKey.self)
    }

    /// Reads a text that a rule makes a value of. Null counts as missing.
    /// - Returns: Nil if it is wrong.
    func required<Value>(_ name: String, _ rule: (String) throws -> Value) -> Value? {
        errors.read { () throws(DomainError) in
            try decoded { try rule(try members.decode(String.self, forKey: JSONKey(name))) }
        }
    }

    /// Reads a member of a type.
    /// - Returns: Nil if it is wrong.
    func required<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) -> Value? {
        errors.read { () throws(DomainError) in
            try decoded { try members.decode(type, forKey: JSONKey(name)) }
        }
    }

    /// Reads a text that may be missing or null.
    /// - Returns: Nil if it is wrong; the inner nil if it is missing.
    func optional<Value>(_ name: String, _ rule: (String) throws -> Value) -> Value?? {
        change(name, rule).map { $0.flatMap { $0 } }
    }

    /// Reads a member of a type that may be missing or null.
    /// - Returns: Nil if it is wrong; the inner nil if it is missing.
    func optional<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) -> Value?? {
        errors.read { () throws(DomainError) in
            try decoded { try members.decodeIfPresent(type, forKey: JSONKey(name)) }
        }
    }

    /// Reads a text that keeps a value if it is missing and clears it if it is null.
    /// - Returns: Nil if it is wrong.
    func change<Value>(_ name: String, _ rule: (String) throws -> Value) -> Change<Value>? {
        let key = JSONKey(name)
        guard members.contains(key) else { return .some(.none) }
        return errors.read { () throws(DomainError) in
            .some(try decoded { try members.decodeIfPresent(String.self, forKey: key).map(rule) })
        }
    }

    /// Reads a list of texts that may be missing; null is an empty one.
    /// - Returns: Nil if it is wrong; the inner nil if it is missing.
    func list(_ name: String, _ rule: ([String]) throws -> [String]) -> [String]?? {
        let key = JSONKey(name)
        guard members.contains(key) else { return .some(.none) }
        return errors.read { () throws(DomainError) in
            .some(try decoded { try rule(try members.decodeIfPresent([String].self, forKey: key) ?? []) })
        }
    }

    /// Returns the members of an object within the body; its own error is among the errors of this one.
    /// - Returns: Nil if it is no object.
    func object<Value>(_ name: String, _ read: (BodyFields) throws -> Value) -> Value? {
        errors.read { () throws(DomainError) in
            try decoded { try read(try members.decode(BodyFields.self, forKey: JSONKey(name))) }
        }
    }

    /// Reads an object that keeps a value if it is missing and clears it if it is null.
    /// - Returns: Nil if it is wrong.
    func change<Value>(_ name: String, object read: (BodyFields) throws -> Value) -> Change<Value>? {
        let key = JSONKey(name)
        guard members.contains(key) else { return .some(.none) }
        return errors.read { () throws(DomainError) in
            .some(try decoded { try members.decodeIfPresent(BodyFields.self, forKey: key).map(read) })
        }
    }

    /// Checks a rule about several members.
    func check(_ rule: () throws(DomainError) -> Void) {
        _ = errors.read { () throws(DomainError) in
            try rule()
            return true
        }
    }

    /// - Throws: An error about every member that was wrong so far.
    func check() throws(DomainError) { try errors.check() }

    func contains(_ name: String) -> Bool { members.contains(JSONKey(name)) }

    /// Returns the values that the members have.
    /// - Throws: An error about every wrong member.
    func all<each Value>(_ values: repeat (each Value)?) throws(DomainError) -> (repeat each Value) {
        try errors.all(repeat each values)
    }

    private func decoded<Value>(_ decode: () throws -> Value) throws(DomainError) -> Value {
        do { return try decode() } catch let error as DomainError { throw error } catch let error as DecodingError {
            throw DomainError(error)
        } catch {
            throw .invalid("The body is not valid JSON")
        }
    }
}

/// The name of a member of a JSON object.
struct JSONKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
}
