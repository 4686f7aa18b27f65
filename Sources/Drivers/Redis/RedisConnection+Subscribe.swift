internal import CHiredis

extension RedisConnection {
    /// Subscribes; every confirmation and every message goes to the handler. May be repeated on the same connection.
    func subscribe(to channels: [String], _ handler: @escaping (redisReply) -> Void) {
        onPush = handler
        append(["SUBSCRIBE"] + channels.map { RedisArgument($0) }, nil) { context, reply, _ in
            guard let reply = reply?.assumingMemoryBound(to: redisReply.self) else { return }
            RedisConnection.from(context?.pointee.data).onPush?(reply.pointee)
        }
    }
}
