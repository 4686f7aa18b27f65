/// An answer of Redis, RESP2.
package enum RedisValue: Sendable, Equatable {
    /// No such key, or a time-out of a blocking command.
    case null
    /// A whole number.
    case integer(Int)
    /// A string of Redis: any bytes.
    case bytes([UInt8])
    /// A word of the protocol, such as `OK`.
    case status(String)
    /// Only inside of an array: a command that fails as a whole throws ``RedisError/rejected(_:)``.
    case error(String)
    /// At most eight levels deep; the reader ends a connection on which more arrive.
    case array([RedisValue])
}

extension RedisValue {
    /// Whether there is nothing.
    package var isNull: Bool { self == .null }

    /// Bytes or a status as text; what is not UTF-8 is replaced by U+FFFD.
    package var text: String? {
        switch self {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .status(let word): word
        default: nil
        }
    }

    /// The bytes of a string.
    package var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    /// An integer, also one that Redis keeps as text, as GET after INCR gives it.
    package var integer: Int? {
        switch self {
        case .integer(let integer): integer
        case .bytes(let bytes): Int(String(decoding: bytes, as: UTF8.self))
        default: nil
        }
    }

    /// The elements of an array.
    package var array: [RedisValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}
