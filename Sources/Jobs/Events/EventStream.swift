package import Redis

/// The Redis stream `socialplay:events` of domain events, for other services.
///
/// It is part of Jobs because Jobs is where processes share Redis keys.
package struct EventStream: Sendable {
    /// The stream's key, after the installation's prefix.
    package static let name = "socialplay:events"

    /// An event to append.
    package struct Entry: Sendable {
        let sequence: Int
        let id: String
        let type: String
        let subject: String
        let event: [UInt8]

        /// - Parameters:
        ///   - sequence: The number of the event; entries are appended in its order.
        ///   - event: The whole event as JSON.
        package init(sequence: Int, id: String, type: String, subject: String, event: [UInt8]) {
            self.sequence = sequence
            self.id = id
            self.type = type
            self.subject = subject
            self.event = event
        }
    }

    private static let append = RedisScript(name: "events_append", source: PackageResources.events_append_lua)
    private let redis: Redis
    private let length: Int

    /// - Parameter length: About how many entries are kept; older ones are removed.
    package init(_ redis: Redis, length: Int) {
        self.redis = redis
        self.length = length
    }

    /// Appends events, all or none.
    /// - Parameter last: The number of the last event that was appended before.
    /// - Returns: Nil if they were appended. Otherwise Redis has lost events that it had, and has them up to this
    ///   number: they are to be appended again, as far as the stream keeps them.
    package func append(_ entries: [Entry], after last: Int) async throws(RedisError) -> Int? {
        var arguments: [RedisArgument] = [RedisArgument(last), RedisArgument(length)]
        arguments.reserveCapacity(2 + 5 * entries.count)
        for entry in entries {
            arguments.append(RedisArgument(entry.sequence))
            arguments.append(RedisArgument(entry.id))
            arguments.append(RedisArgument(entry.type))
            arguments.append(RedisArgument(entry.subject))
            arguments.append(RedisArgument(entry.event))
        }
        let reply = try await redis.run(
            Self.append, keys: [RedisArgument(redis.key(Self.name))], arguments: arguments)
        guard let found = reply.integer, found >= 0 else { return nil }
        return max(found, last - length)
    }
}
