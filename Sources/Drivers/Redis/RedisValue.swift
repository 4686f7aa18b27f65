internal import CHiredis

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

extension RedisValue {
    /// Copies an answer of hiredis. The recursion is bounded: hiredis 0.14 reads at most eight levels of arrays.
    init(_ reply: redisReply) {
        switch reply.type {
        case REDIS_REPLY_STRING: self = .bytes(reply.bytes)
        case REDIS_REPLY_INTEGER: self = .integer(Int(reply.integer))
        case REDIS_REPLY_STATUS: self = .status(reply.text)
        case REDIS_REPLY_ERROR: self = .error(reply.text)
        case REDIS_REPLY_ARRAY: self = .array(reply.items.map { $0.map { RedisValue($0.pointee) } ?? .null })
        default: self = .null
        }
    }
}

extension redisReply {
    /// The answer to a command: an error is a failure.
    var result: Result<RedisValue, RedisError> {
        type == REDIS_REPLY_ERROR ? .failure(.rejected(RedisFailure(message: text))) : .success(RedisValue(self))
    }

    /// What is behind `str`; only for strings, statuses and errors.
    var bytes: [UInt8] { [UInt8](UnsafeRawBufferPointer(start: str, count: str == nil ? 0 : Int(len))) }
    var text: String {
        String(decoding: UnsafeRawBufferPointer(start: str, count: str == nil ? 0 : Int(len)), as: UTF8.self)
    }
    var items: UnsafeBufferPointer<UnsafeMutablePointer<redisReply>?> {
        UnsafeBufferPointer(start: element, count: element == nil ? 0 : Int(elements))
    }
}
