/// A JSON value of any shape. What is not there is ``null``, so that a path of subscripts never fails.
package enum ProductJSON: Decodable, Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case array([ProductJSON])
    case object([String: ProductJSON])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([ProductJSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: ProductJSON].self))
        }
    }

    package subscript(member: String) -> ProductJSON {
        if case .object(let members) = self { members[member] ?? .null } else { .null }
    }

    /// The names of an object's members.
    package var names: Set<String> {
        if case .object(let members) = self { Set(members.keys) } else { [] }
    }

    package var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let bool) = self { bool } else { nil }
    }

    package var array: [ProductJSON]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var number: Double? {
        if case .number(let number) = self { number } else { nil }
    }
}
