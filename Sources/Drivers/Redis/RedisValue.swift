internal import CHiredis

/// A reply of Redis (RESP2).
package enum RedisValue: Sendable, Equatable {
    /// A null reply: no such key, or the timeout of a blocking command.
    case null
    /// An integer reply.
    case integer(Int)
    /// A bulk string: any bytes.
    case bytes([UInt8])
    /// A status reply, such as `OK`.
    case status(String)
    /// An error inside an array; an error reply to a whole command throws ``RedisError/rejected(_:)``.
    case error(String)
    /// An array, at most eight levels deep; hiredis closes the connection on deeper ones.
    case array([RedisValue])
}

extension RedisValue {
    /// Whether the reply is null.
    package var isNull: Bool { self == .null }

    /// A bulk string or status as text; invalid UTF-8 is replaced by U+FFFD.
    package var text: String? {
        switch self {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .status(let word): word
        default: nil
        }
    }

    /// The bytes of a bulk string.
    package var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    /// An integer reply, or a bulk string in decimal, as GET returns after INCR.
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
    /// Copies a reply of hiredis. The recursion is bounded: hiredis 0.14 reads at most eight levels of arrays.
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
    /// The result of a command: an error reply is a failure.
    var result: Result<RedisValue, RedisError> {
        type == REDIS_REPLY_ERROR ? .failure(.rejected(RedisFailure(message: text))) : .success(RedisValue(self))
    }

    /// The bytes of `str`; only for strings, statuses and errors.
    var bytes: [UInt8] { [UInt8](UnsafeRawBufferPointer(start: str, count: str == nil ? 0 : Int(len))) }
    var text: String {
        String(decoding: UnsafeRawBufferPointer(start: str, count: str == nil ? 0 : Int(len)), as: UTF8.self)
    }
    var items: UnsafeBufferPointer<UnsafeMutablePointer<redisReply>?> {
        UnsafeBufferPointer(start: element, count: element == nil ? 0 : Int(elements))
    }
}
