import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Recorded events", .database)
struct EventStoreTests {
    @Test func `are numbered without gaps, in order for each user, while many write`() async throws {
        try await Stores.openParallel(8) { environment, writers in
            let users = try await withThrowingTaskGroup { group in
                for index in 0..<4 { group.addTask { try await writers[0].register("user\(index)").account.id } }
                var users: [UserID] = []
                for try await user in group { users.append(user) }
                return users
            }
            let store = EventStore(environment.database)
            try await store.use(["redis"])
            let writing = Task(executorPreference: environment.loop) {
                try await withThrowingTaskGroup { group in
                    for (index, writer) in writers.enumerated() {
                        group.addTask { try await writer.followAtRandom(users, seed: index) }
                    }
                    try await group.waitForAll()
                }
            }
            var events: [RecordedEvent] = []
            var published: Int?
            var isWritten = false
            while true {
                switch try await store.next(
                    of: "redis", for: Self.publisher, published: published, limit: 7, lease: .seconds(60))
                {
                case .events(let next, let reached):
                    #expect(reached == events.count)
                    events += next
                    published = next.last?.sequence
                    continue
                case .held: Issue.record("there is one publisher")
                case .nothing: published = nil
                }
                if isWritten { break }
                if events.count > 100 {
                    try await writing.value
                    isWritten = true
                }
            }
            #expect(events.map(\.sequence) == Array(1...events.count))
            #expect(Set(events.map(\.id)).count == events.count)
            // Whoever follows did not follow before, and the other way round.
            for pair in Dictionary(grouping: events.dropFirst(4), by: { String(decoding: $0.data, as: UTF8.self) }) {
                for (index, event) in pair.value.enumerated() {
                    #expect(event.kind == (index.isMultiple(of: 2) ? "user.followed" : "user.unfollowed"))
                }
            }
        }
    }

    @Test func `an event that is committed late is published late, and not skipped`() async throws {
        try await TestEnvironment.open { environment in
            let stores = EventStore(environment.database)
            try await stores.use(["redis"])
            let late = try HeldRows(environment.databaseURL, Self.recording("01"))
            try BlockingConnection.open(environment.databaseURL).run(Self.recording("02"))
            #expect(try await stores.read("redis").map(\.kind) == ["02"])
            try late.run(Self.recording("03"))
            try late.release()
            let events = try await stores.read("redis")
            #expect(events.map(\.kind) == ["01", "03"] && events.map(\.sequence) == [2, 3])
        }
    }

    @Test func `a destination that is added later begins with new events, those of the first call with all`()
        async throws
    {
        try await TestEnvironment.open { environment in
            let store = EventStore(environment.database)
            let connection = try BlockingConnection.open(environment.databaseURL)
            try connection.run(Self.recording("01"))
            try await store.use(["redis", "kafka"])
            try connection.run(Self.recording("02"))
            try await store.use(["redis", "kafka", "rabbitmq"])
            try connection.run(Self.recording("03"))
            try await store.use(["redis", "kafka", "rabbitmq"])
            let backlogs = try await store.backlogs(of: ["redis", "rabbitmq"])
            #expect(backlogs.mapValues(\.count) == ["redis": 3, "rabbitmq": 1])
            #expect(try await store.read("rabbitmq").map(\.kind) == ["03"])
            for name in ["redis", "kafka"] { #expect(try await store.read(name).map(\.kind) == ["01", "02", "03"]) }
            #expect(try await store.backlogs(of: ["redis"])["redis"] == EventStore.Backlog(count: 0, oldestSeconds: 0))
        }
    }

    @Test func `one publisher has a destination at a time, and what another took over counts no more`() async throws {
        try await TestEnvironment.open { environment in
            let store = EventStore(environment.database)
            try await store.use(["redis", "kafka"])
            try BlockingConnection.open(environment.databaseURL).run(Self.recording("01") + ";" + Self.recording("02"))
            let next = { (publisher: Identifier, published: Int?, lease: Duration) in
                try await store.next(of: "redis", for: publisher, published: published, limit: 1, lease: lease)
            }
            guard case .events = try await next(Self.publisher, nil, .seconds(600)) else {
                Issue.record("the first publisher gets events")
                return
            }
            #expect(try await next(Self.other, nil, .seconds(600)) == .held)
            // Another destination is free.
            guard
                case .events = try await store.next(
                    of: "kafka", for: Self.other, published: nil, limit: 1, lease: .seconds(600))
            else {
                Issue.record("destinations are independent")
                return
            }
            // Renewed with a lease that ends at once.
            _ = try await next(Self.publisher, nil, .zero)
            guard case .events(let events, reached: 0) = try await next(Self.other, nil, .seconds(600)) else {
                Issue.record("an expired lease is taken over, from the last event that counts")
                return
            }
            #expect(events.map(\.kind) == ["01"])
            #expect(try await next(Self.publisher, 1, .seconds(600)) == .held)
            try await store.release("redis", by: Self.publisher, reached: 2)
            #expect(try await store.backlogs(of: ["redis"])["redis"]?.count == 2)
        }
    }

    @Test func `are deleted after seven days, those that every destination has`() async throws {
        try await TestEnvironment.open { environment in
            let store = EventStore(environment.database)
            try await store.use(["redis", "kafka"])
            let connection = try BlockingConnection.open(environment.databaseURL)
            for kind in ["01", "02", "03", "04"] { try connection.run(Self.recording(kind)) }
            try connection.run("UPDATE domain_events SET created_at = now() - interval '8 days' WHERE kind < '04'")
            #expect(try await store.prune() == 0)
            _ = try await store.read("redis")
            #expect(try await store.prune() == 0)
            _ = try await store.next(of: "kafka", for: Self.publisher, published: nil, limit: 2, lease: .seconds(60))
            try await store.release("kafka", by: Self.publisher, reached: 2)
            #expect(try await store.prune(limit: 1) == 1)
            #expect(try await store.prune() == 1)
            _ = try await store.read("kafka")
            #expect(try await store.prune() == 1)
            #expect(try await store.prune() == 0)
            #expect(try await store.backlogs(of: ["kafka"])["kafka"]?.count == 0)
        }
    }

    @Test func `wait for a destination that was removed from the settings for seven days`() async throws {
        try await TestEnvironment.open { environment in
            let store = EventStore(environment.database)
            try await store.use(["redis", "kafka"])
            let connection = try BlockingConnection.open(environment.databaseURL)
            try connection.run(Self.recording("01"))
            try connection.run("UPDATE domain_events SET created_at = now() - interval '30 days'")
            _ = try await store.read("redis")
            // No publisher ran: nothing is forgotten.
            try connection.run("UPDATE event_destinations SET seen_at = now() - interval '30 days'")
            #expect(try await store.prune() == 0)
            try await store.use(["redis"])
            #expect(try await store.prune() == 1)
            #expect(try await store.backlogs(of: ["redis", "kafka"]).keys.sorted() == ["redis"])
        }
    }

    static let publisher = Identifier(high: 1, low: 1)
    static let other = Identifier(high: 2, low: 2)

    private static func recording(_ kind: String) -> String {
        """
        SELECT add_domain_event(jsonb_build_object(
            'id', gen_random_uuid(), 'subject', gen_random_uuid(), 'kind', '\(kind)', 'data', jsonb_build_object()))
        """
    }
}

extension EventStore {
    /// Returns all events that a destination does not have, and records that it has them.
    fileprivate func read(_ destination: String) async throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        var published: Int?
        while case .events(let next, _) = try await next(
            of: destination, for: EventStoreTests.publisher, published: published, limit: 2, lease: .seconds(60))
        {
            events += next
            published = next.last?.sequence
        }
        return events
    }
}
