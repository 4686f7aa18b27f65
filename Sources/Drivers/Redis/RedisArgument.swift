/// One argument of a command: text, bytes or a whole number. Nothing is copied before it is sent.
package struct RedisArgument: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByIntegerLiteral
{
    enum Content {
        case text(String)
        case bytes([UInt8])
        case integer(Int)
    }
    let content: Content

    /// Text, sent as UTF-8.
    package init(_ text: String) { content = .text(text) }
    /// Any bytes.
    package init(_ bytes: [UInt8]) { content = .bytes(bytes) }
    /// A whole number, sent in decimal.
    package init(_ integer: Int) { content = .integer(integer) }
    package init(stringLiteral value: String) { content = .text(value) }
    package init(integerLiteral value: Int) { content = .integer(value) }
}
