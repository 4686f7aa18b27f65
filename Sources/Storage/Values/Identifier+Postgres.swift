package import Domain
package import Postgres

extension PostgresValue {
    /// A uuid.
    package static func id(_ id: some EntityID) -> PostgresValue {
        .uuid(id.identifier.high, id.identifier.low)
    }

    /// A text, or NULL.
    package static func optional(_ text: String?) -> PostgresValue {
        text.map { .text($0) } ?? .null
    }
}

extension Row {
    /// The next column, a uuid.
    package mutating func id<ID: EntityID>(_ type: ID.Type) throws(PostgresError) -> ID {
        let (high, low) = try uuid()
        return ID(Identifier(high: high, low: low))
    }

    /// The next column, a uuid or NULL.
    package mutating func optionalID<ID: EntityID>(_ type: ID.Type) throws(PostgresError) -> ID? {
        guard let (high, low) = try optionalUUID() else { return nil }
        return ID(Identifier(high: high, low: low))
    }

    /// The next column, a JSON array of uuids or NULL.
    package mutating func ids<ID: EntityID>() throws(PostgresError) -> Set<ID> {
        guard let json = try optionalJSON() else { return [] }
        let texts = String(decoding: json, as: UTF8.self).split { !$0.isHexDigit && $0 != "-" }
        return Set(texts.compactMap { ID(String($0)) })
    }

    /// The next column, the name of a case.
    package mutating func word<Word: RawRepresentable<String>>(_ type: Word.Type) throws(PostgresError) -> Word {
        let text = try text()
        guard let word = Word(rawValue: text) else { throw .unexpectedAnswer("\(text) is no \(Word.self)") }
        return word
    }
}
