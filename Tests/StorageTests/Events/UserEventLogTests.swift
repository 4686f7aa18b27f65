import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("User events", .database)
struct UserEventLogTests {
    @Test func `a position is known while its event is, or while it is the last one`() async throws {
        try await Stores.open { stores in
            let log = UserEventLog(stores.database)
            let users = try await stores.users("ada", "bob")
            let ada = users[0]
            #expect(try await log.head(of: ada) == .start)
            #expect(try await stores.names(of: ada, after: .start) == [])
            try await stores.append(3, to: ada, about: users[1])
            let head = try await log.head(of: ada)
            #expect(head.sequence == 3)
            #expect(try await stores.names(of: ada, after: .start) == ["relation", "relation", "relation"])
            #expect(try await stores.names(of: ada, after: head) == [])
            guard case .events(let events, _, isLast: false) = try await log.events(of: ada, after: .start, limit: 2)
            else {
                Issue.record("no page of two")
                return
            }
            #expect(try await stores.names(of: ada, after: events[1].position) == ["relation"])
            let strange = [
                // Of a database that was restored and gave the number again, and of one that had more.
                EventPosition(sequence: 2, microseconds: events[1].position.microseconds + 1),
                EventPosition(sequence: 3, microseconds: head.microseconds - 1),
                EventPosition(sequence: 4, microseconds: head.microseconds),
                EventPosition(sequence: 0, microseconds: 1),
            ]
            for position in strange { #expect(try await stores.names(of: ada, after: position) == nil, "\(position)") }
            // A day is not a week; then all are old.
            try await stores.age(days: 1)
            #expect(try await log.prune() == 0)
            try await stores.age(days: 7)
            #expect(try await log.prune(limit: 2) == 2)
            #expect(try await log.prune(limit: 2) == 1)
            #expect(try await stores.names(of: ada, after: .start) == nil)
            #expect(try await stores.names(of: ada, after: events[1].position) == nil)
            // Nothing was missed behind the last one.
            #expect(try await stores.names(of: ada, after: head) == [])
            #expect(try await log.head(of: ada) == head)
            try await stores.append(1, to: ada, about: users[1])
            #expect(try await log.head(of: ada).sequence == 4)
        }
    }

    @Test func `more than a thousand missed events are not replayed`() async throws {
        try await Stores.open { stores in
            let log = UserEventLog(stores.database)
            let users = try await stores.users("ada", "bob")
            try await stores.append(1_000, to: users[0], about: users[1])
            #expect(try await stores.names(of: users[0], after: .start)?.count == 1_000)
            try await stores.append(1, to: users[0], about: users[1])
            guard case .resync(let head) = try await log.events(of: users[0], after: .start, limit: 10) else {
                Issue.record("no resync")
                return
            }
            #expect(head.sequence == 1_001)
        }
    }

    @Test func `who got an event lately is found by its time`() async throws {
        try await Stores.open { stores in
            let log = UserEventLog(stores.database)
            let users = try await stores.users("ada", "bob")
            try await stores.append(2, to: users[0], about: users[1])
            try await stores.age(days: 1)
            try await stores.append(3, to: users[1], about: users[0])
            let newest = try await log.newest(within: .seconds(60))
            #expect(newest.map(\.user) == [users[1]] && newest.map(\.sequence) == [3])
        }
    }

    @Test(arguments: [
        "", ".", "1", "1.", ".1", "-1.5", "+1.5", "1.5.6", " 1.5", "1.5 ", "1,5", "9007199254740993.1",
        "1.253402300800000000", "99999999999999999999.1", "1.99999999999999999999", "x.y", "１.5",
    ]) func `only a position is one`(text: String) {
        #expect(EventPosition(text) == nil)
        #expect(EventPosition("12.1796087034206611")?.description == "12.1796087034206611")
    }
}
