import Chassis

/// Encodes commands as RESP arrays of bulk strings (redis.io/docs/reference/protocol-spec) in a buffer that the
/// commands of a connection reuse.
struct CommandEncoder {
    private var buffer: [UInt8] = []
    private let keptCapacity = 65_536

    /// Calls `send` with the encoded command. A zero byte follows it, because hiredis reads one byte further.
    mutating func encode<Result>(_ arguments: [RedisArgument], _ send: (UnsafeBufferPointer<CChar>) -> Result) -> Result
    {
        buffer.removeAll(keepingCapacity: buffer.capacity <= keptCapacity)
        appendCount(UInt8(ascii: "*"), arguments.count)
        for argument in arguments { append(argument) }
        buffer.append(0)
        return buffer.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { send(UnsafeBufferPointer(rebasing: $0.dropLast())) }
        }
    }

    private mutating func append(_ argument: RedisArgument) {
        switch argument.content {
        case .text(let text):
            appendCount(UInt8(ascii: "$"), text.utf8.count)
            buffer.append(contentsOf: text.utf8)
        case .bytes(let bytes):
            appendCount(UInt8(ascii: "$"), bytes.count)
            buffer.append(contentsOf: bytes)
        case .integer(let integer):
            appendCount(UInt8(ascii: "$"), integer.decimalLength)
            buffer.appendDecimal(integer)
        }
        appendLineEnd()
    }

    private mutating func appendCount(_ mark: UInt8, _ count: Int) {
        buffer.append(mark)
        buffer.appendDecimal(count)
        appendLineEnd()
    }

    private mutating func appendLineEnd() {
        buffer.append(0x0d)
        buffer.append(0x0a)
    }
}

extension Int {
    fileprivate var decimalLength: Int {
        var length = self < 0 ? 2 : 1
        var rest = magnitude / 10
        while rest > 0 {
            length += 1
            rest /= 10
        }
        return length
    }
}

/// An argument of a command: text, bytes or an integer. Copied only when it is sent.
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
    /// An integer, sent in decimal.
    package init(_ integer: Int) { content = .integer(integer) }
    package init(stringLiteral value: String) { content = .text(value) }
    package init(integerLiteral value: Int) { content = .integer(value) }
}
