/// An identifier that says of what, so that a user's is never taken for a file's.
package protocol EntityID: Hashable, Sendable, Codable, LosslessStringConvertible {
    var identifier: Identifier { get }
    init(_ identifier: Identifier)
}

extension EntityID {
    /// A new one, made now.
    package init(unixMilliseconds: Int) {
        self.init(Identifier(unixMilliseconds: unixMilliseconds))
    }

    package init?(_ text: String) {
        guard let identifier = Identifier(text) else { return nil }
        self.init(identifier)
    }

    package var description: String { identifier.description }

    package init(from decoder: any Decoder) throws {
        self.init(try Identifier(from: decoder))
    }

    package func encode(to encoder: any Encoder) throws {
        try identifier.encode(to: encoder)
    }
}
