package import Chassis
import Domain
import Jobs
import Postgres
import Redis

/// What a timeline reads from PostgreSQL. A statement of one kind of entries each.
protocol TimelineSource: Sendable {
    associatedtype Entry: Sendable
    static var kind: TimelineKind { get }

    /// Whether there are entries that are in no timeline and are read beside them.
    static var isPulled: Bool { get }

    /// Returns those of the entries that the reader sees, and the entries that are in no timeline, the newest first.
    /// - Parameters:
    ///   - last: Only older ones of those that are in no timeline; nil for the newest.
    ///   - oldest: No older ones of them than this; nil for all.
    func visible(
        among entries: [Identifier], before last: Identifier?, from oldest: Identifier?, to reader: UserID, limit: Int
    ) async throws(PostgresError) -> [Entry]
    /// Returns the newest entries that the reader sees, older than `last`.
    func visible(before last: Identifier?, to reader: UserID, limit: Int) async throws(PostgresError) -> [Entry]
    /// Returns the ids of the newest entries that the reader may see, now or once a user is active again.
    func newest(for reader: UserID, limit: Int) async throws(PostgresError) -> [Identifier]
}

/// The feed of one event loop: ids from Redis, which PostgreSQL checks and reads in one statement. What Redis does not
/// have (no timeline, older pages, entries behind those that the reader no longer sees) PostgreSQL finds by itself. A
/// missing timeline is built by the read of the newest page, from the same ids, or behind the answer of another page. A
/// Redis that is unavailable or slow fails no request (``BoundedRedis``). Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class Timeline<Source: TimelineSource>: @unchecked Sendable {
    /// Builds at the same time; further readers get their timelines with a later read. After a flush all readers need
    /// one, and the builds must not keep the answers waiting.
    private static var buildLimit: Int { 8 }
    /// How many more ids are checked than entries are wanted, so that a few invisible ones cost no second look.
    private static var spare: Int { 8 }

    private let source: Source
    private let store: TimelineStore
    private let metrics: TimelineMetrics
    private let redis: BoundedRedis
    private var loop: EventLoop { redis.loop }
    private var builds = 0
    /// When the lifetime of a reader's timeline begins again with a read, on the loop's clock, in nanoseconds.
    private var due: [UserID: UInt64] = [:]
    private static var longestDue: Int { 10_000 }
    /// A small part of ``TimelineStore/lifetime``: each time is a command.
    private static var keepingInterval: Duration { .seconds(3_600) }

    init(
        _ source: Source, _ store: TimelineStore, _ metrics: TimelineMetrics, on loop: EventLoop,
        longestWait: Duration = .milliseconds(100)
    ) {
        self.source = source
        self.store = store
        self.metrics = metrics
        redis = BoundedRedis(on: loop, longestWait: longestWait)
    }

    /// Returns the newest entries that a reader sees, the newest first.
    /// - Parameter cursor: Only older ones than this.
    func page(
        of reader: UserID, before cursor: Identifier?, limit: Int
    ) async throws(PostgresError) -> [Source.Entry] {
        let count = cursor == nil ? limit + Self.spare : TimelineStore.size
        var contents = await contents(of: reader, count: count)
        if contents == .missing {
            metrics.misses.increment()
            if cursor == nil { contents = try await built(for: reader, count: count) } else { buildLater(for: reader) }
        } else {
            metrics.hits.increment()
        }
        guard case .ids(var ids, var rest) = contents else {
            return try await source.visible(before: cursor, to: reader, limit: limit)
        }
        var entries: [Source.Entry] = []
        var last = cursor
        while true {
            if let last { ids.removeAll { $0 >= last } }
            let isEnd = rest == .none
            if !ids.isEmpty || isEnd && Source.isPulled {
                entries += try await source.visible(
                    among: ids, before: last, from: isEnd ? nil : ids.last, to: reader, limit: limit - entries.count)
            }
            guard entries.count < limit else { return entries }
            last = ids.last ?? last
            switch rest {
            case .none:
                return entries
            case .inDatabase:
                return try await entries
                    + older(
                        than: last, for: reader, limit - entries.count,
                        isNewest: cursor == nil && limit + Self.spare <= TimelineStore.size)
            case .inList:
                // What was pushed or dropped since the first look does not matter: only what is older is read.
                guard case .ids(let more, let end) = await self.contents(of: reader, count: TimelineStore.size) else {
                    return try await entries + source.visible(before: last, to: reader, limit: limit - entries.count)
                }
                (ids, rest) = (more, end)
            }
        }
    }

    /// Reads behind the end of a timeline.
    /// - Parameter isNewest: Whether this completes the newest page. Then the timeline has mostly entries that the
    ///   reader no longer sees, and it is dropped, to be built again.
    private func older(
        than last: Identifier?, for reader: UserID, _ limit: Int, isNewest: Bool
    ) async throws(PostgresError) -> [Source.Entry] {
        if isNewest { loop.spawn { [store] in try? await store.drop(of: reader) } }
        return try await source.visible(before: last, to: reader, limit: limit)
    }

    private func contents(of reader: UserID, count: Int) async -> TimelineContents {
        let isKept = isDue(reader)
        return await redis.reply { [store] in
            try await store.read(Source.kind, of: reader, count: count, isKept: isKept)
        } ?? .missing
    }

    private func isDue(_ reader: UserID) -> Bool {
        let now = loop.now
        guard now >= due[reader] ?? 0 else { return false }
        if due.count >= Self.longestDue { due.removeAll(keepingCapacity: true) }
        due[reader] = now + Self.keepingInterval.nanoseconds
        return true
    }

    /// Builds the timeline of a reader who has none, without waiting for its end, and returns the newest ids of it: a
    /// build reads what the newest page needs.
    /// - Returns: `missing` if there are too many builds, or another process builds it.
    private func built(for reader: UserID, count: Int) async throws(PostgresError) -> TimelineContents {
        guard builds < Self.buildLimit else { return .missing }
        builds += 1
        defer { builds -= 1 }
        let reply = await redis.reply { [store] in try await store.build(Source.kind, of: reader) }
        guard case .some(.some(let build)) = reply else { return .missing }
        let ids = try await source.newest(for: reader, limit: TimelineStore.size + 1)
        // Without its end the timeline stays missing, and the next read builds it.
        loop.spawn { [store] in try? await Self.finish(build, ids, in: store) }
        let listed = Array(ids.prefix(min(count, TimelineStore.size)))
        if listed.count == ids.count { return .ids(listed, then: .none) }
        return .ids(listed, then: count < TimelineStore.size ? .inList : .inDatabase)
    }

    private func buildLater(for reader: UserID) {
        guard builds < Self.buildLimit else { return }
        builds += 1
        loop.spawn {
            // A failure leaves no timeline, and the next read tries again.
            try? await self.build(for: reader)
            self.builds -= 1
        }
    }

    /// Builds the timeline of a reader, unless it exists or another process builds it.
    func build(for reader: UserID) async throws {
        guard let build = try await store.build(Source.kind, of: reader) else { return }
        try await Self.finish(build, source.newest(for: reader, limit: TimelineStore.size + 1), in: store)
    }

    private static func finish(_ build: TimelineStore.Build, _ ids: [Identifier], in store: TimelineStore) async throws
    {
        try await store.finish(
            build, Array(ids.prefix(TimelineStore.size)), isWhole: ids.count <= TimelineStore.size)
    }
}

/// How often timelines were there.
package struct TimelineMetrics: Sendable {
    let hits: Counter
    let misses: Counter

    package init(in metrics: Metrics) {
        let name = "api_timeline_reads_total"
        let help = "Reads of feeds, by whether Redis had the reader's timeline."
        hits = metrics.counter(name, help, ["result": "hit"])
        misses = metrics.counter(name, help, ["result": "miss"])
    }
}
