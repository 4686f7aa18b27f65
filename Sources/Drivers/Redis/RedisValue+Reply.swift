internal import CHiredis

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
