import Chassis
package import Domain
package import Redis

/// What a timeline lists.
package enum TimelineKind: String, Sendable, CaseIterable {
    /// What followed users did.
    case activities
    /// Posts of followed users, and one's own.
    case posts

    /// Whether the author of an entry reads it too.
    package var includesAuthor: Bool { self == .posts }
}

/// What Redis has of a timeline.
package enum TimelineContents: Sendable, Equatable {
    /// Nothing that can be used: it does not exist, or it is being built.
    case missing
    /// Ids from the newest on, the newest first.
    case ids([Identifier], then: Rest)

    package enum Rest: Sendable {
        /// Redis has more ids.
        case inList
        /// PostgreSQL has older entries.
        case inDatabase
        /// There are no older entries.
        case none
    }
}

/// Timelines in Redis: for each reader a list of the ids of the newest entries, which make the newest page of a feed as
/// cheap for who follows thousands as for who follows twenty. They are never trusted: PostgreSQL checks every entry
/// when it is read, and has all of them; so Redis can make a feed only shorter, and a lost timeline costs time.
///
/// The names of the lists contain a part of the server's `run_id`. A Redis that restarts may have lost its last second,
/// and lists that it restored would lack what was pushed in it; under another name they are built again.
///
/// It is part of Jobs because the API builds and reads timelines, workers add to them, and Jobs is where processes
/// share Redis keys. docs/decisions/0038 has the protocol.
package struct TimelineStore: Sendable {
    /// How many ids a timeline has at most.
    package static let size = 120
    /// A timeline that was not read for so long is dropped.
    package static let lifetime = Duration.seconds(7 * 86_400)
    /// How many timelines one call changes, which bounds how long it keeps Redis.
    package static let pushLimit = 250
    /// A build that has not ended by then was that of a process that died.
    static let longestBuild = Duration.seconds(30)

    private static let begin = script("timeline_begin", PackageResources.timeline_begin_lua)
    private static let replace = script("timeline_replace", PackageResources.timeline_replace_lua)
    private static let push = script("timeline_push", PackageResources.timeline_push_lua)

    private static func script(_ name: StaticString, _ source: [UInt8]) -> RedisScript {
        RedisScript(name: name, source: PackageResources.timeline_common_lua + source)
    }

    private let redis: Redis

    package init(_ redis: Redis) {
        self.redis = redis
    }

    /// - Throws: `RedisError.unavailable` if no server is known.
    private func key(_ kind: TimelineKind, _ reader: UserID) throws(RedisError) -> RedisArgument {
        guard let run = redis.runID, !run.isEmpty else { throw .unavailable }
        return RedisArgument(redis.key("tl:\(run.prefix(10)):\(kind.rawValue):{\(reader)}"))
    }

    // MARK: Reading

    /// Returns the newest ids of a timeline.
    /// - Parameter isKept: Whether its lifetime begins again.
    package func read(
        _ kind: TimelineKind, of reader: UserID, count: Int = size, isKept: Bool = true
    ) async throws(RedisError) -> TimelineContents {
        let key = try key(kind, reader)
        if isKept { redis.send(["EXPIRE", key, RedisArgument(Self.lifetime.seconds)]) }
        return Self.contents(
            try await redis.command(["LRANGE", key, 0, RedisArgument(count)]), isCut: count < Self.size, count)
    }

    private static func contents(_ reply: RedisValue, isCut: Bool, _ count: Int) -> TimelineContents {
        guard let values = reply.array, let state = values.first?.bytes, state.count == 1 else { return .missing }
        var ids: [Identifier] = []
        ids.reserveCapacity(values.count - 1)
        for value in values.dropFirst() {
            guard let id = value.bytes.flatMap(Identifier.init(bytes:)) else { return .missing }
            ids.append(id)
        }
        if isCut, ids.count == count { return .ids(ids, then: .inList) }
        return .ids(ids, then: state[0] == UInt8(ascii: "e") ? .none : .inDatabase)
    }

    // MARK: Building

    /// A timeline that this process builds.
    package struct Build: Sendable {
        fileprivate let key: RedisArgument
        fileprivate let state: RedisArgument
    }

    /// Begins to build a timeline. What ``finish(_:_:isWhole:)`` is given must be read after that.
    /// - Returns: Nil if it exists, or another build is under way.
    package func build(_ kind: TimelineKind, of reader: UserID) async throws(RedisError) -> Build? {
        let key = try key(kind, reader)
        let name = String(UInt64.random(in: 0 ... .max), radix: 36)
        let reply = try await redis.run(
            Self.begin, keys: [key], arguments: [RedisArgument(name), RedisArgument(Self.longestBuild.seconds)])
        return reply.bytes.map { Build(key: key, state: RedisArgument($0)) }
    }

    /// Ends a build. What was pushed since its beginning stays.
    /// - Parameters:
    ///   - ids: At most ``size``, the newest first.
    ///   - isWhole: Whether there are no older entries.
    /// - Returns: False if the timeline was dropped meanwhile, or the build took too long.
    @discardableResult
    package func finish(_ build: Build, _ ids: [Identifier], isWhole: Bool) async throws(RedisError) -> Bool {
        var arguments = [
            build.state, isWhole ? "e" : "m", RedisArgument(Self.size), RedisArgument(Self.lifetime.seconds),
        ]
        for id in ids { arguments.append(RedisArgument(id.bytes)) }
        return try await redis.run(Self.replace, keys: [build.key], arguments: arguments).integer == 1
    }

    // MARK: Changing

    /// Adds an entry to those timelines of readers that exist, each in its place. Repetitions change nothing.
    /// - Parameter readers: At most ``pushLimit``.
    /// - Returns: How many timelines have changed.
    @discardableResult
    package func push(_ id: Identifier, to readers: [UserID], _ kind: TimelineKind) async throws(RedisError) -> Int {
        guard !readers.isEmpty else { return 0 }
        var keys: [RedisArgument] = []
        keys.reserveCapacity(readers.count)
        for reader in readers { keys.append(try key(kind, reader)) }
        let reply = try await redis.run(
            Self.push, keys: keys, arguments: [RedisArgument(id.bytes), RedisArgument(Self.size)])
        return reply.integer ?? 0
    }

    /// Drops all timelines of some readers: the next read builds them. For what makes older entries visible.
    /// - Parameter readers: At most ``pushLimit``.
    package func drop(of readers: [UserID]) async throws(RedisError) {
        guard !readers.isEmpty else { return }
        var command: [RedisArgument] = ["UNLINK"]
        for reader in readers {
            for kind in TimelineKind.allCases { command.append(try key(kind, reader)) }
        }
        _ = try await redis.command(command)
    }

    package func drop(of reader: UserID) async throws(RedisError) {
        try await drop(of: [reader])
    }
}

extension Duration {
    fileprivate var seconds: Int { Int(components.seconds) }
}

extension Identifier {
    /// The sixteen bytes, in the order in which identifiers sort.
    fileprivate var bytes: [UInt8] {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
    }

    /// - Returns: Nil unless there are sixteen.
    fileprivate init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        let number = { (part: ArraySlice<UInt8>) in part.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        self.init(high: number(bytes[..<8]), low: number(bytes[8...]))
    }
}
