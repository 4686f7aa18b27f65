import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Notification preferences", .database)
struct PreferenceStoreTests {
    private static func change(
        _ kinds: NotificationPreferenceChanges.Kind..., wantsEmail: Bool? = nil, quietHours: Change<QuietHours> = nil
    ) -> NotificationPreferenceChanges {
        var changes = NotificationPreferenceChanges()
        changes.kinds = kinds
        changes.wantsEmail = wantsEmail
        changes.quietHours = quietHours
        return changes
    }

    @Test func `preferences are the defaults until they are written`() async throws {
        try await Stores.open { stores in
            let store = PreferenceStore(stores.database)
            let user = try await stores.users("ada")[0]
            let before = try #require(try await store.read(user))
            #expect(before.preferences == NotificationPreferences() && before.wantsEmail && before.quietHours == nil)
            let hours = QuietHours(from: 1_320, until: 420, timeZone: "Europe/Paris")
            let changes = Self.change(
                .init(.newMessages, enabled: false), wantsEmail: false, quietHours: .some(hours))
            let written = try #require(try await store.change(changes, of: user))
            let after = try #require(try await store.read(user))
            for chosen in [written, after] {
                #expect(!chosen.preferences[.newMessages].enabled && !chosen.wantsEmail && chosen.quietHours == hours)
                #expect(chosen.updatedAt == after.updatedAt)
            }
            #expect(try await store.read(Stores.id(UserID.self)) == nil)
            #expect(try await store.change(changes, of: Stores.id(UserID.self)) == nil)
        }
    }

    @Test func `a change keeps what it does not name, within a kind as well`() async throws {
        try await Stores.open { stores in
            let store = PreferenceStore(stores.database)
            let user = try await stores.users("ada")[0]
            let hours = QuietHours(from: 60, until: 120, timeZone: "UTC")
            for changes in [
                Self.change(.init(.newMessages, enabled: false), .init(.achievements, methods: [])),
                Self.change(.init(.newMessages, methods: [.email]), quietHours: .some(hours)),
                Self.change(.init(.newMessages, onlyWhenOffline: false)), Self.change(wantsEmail: false),
            ] {
                _ = try await store.change(changes, of: user)
            }
            let chosen = try #require(try await store.read(user))
            #expect(
                chosen.preferences[.newMessages]
                    == NotificationPreferences.Choice(enabled: false, methods: [.email], onlyWhenOffline: false))
            #expect(chosen.preferences[.achievements] == NotificationPreferences.Choice(methods: []))
            let requests = NotificationPreferences.Setting.friendRequests
            #expect(chosen.preferences[requests] == requests.fallback)
            #expect(!chosen.wantsEmail && chosen.quietHours == hours)
            _ = try await store.change(Self.change(quietHours: .some(nil)), of: user)
            #expect(try await store.read(user)?.quietHours == nil)
        }
    }

    @Test func `of changes at the same time none is lost`() async throws {
        try await Stores.open { stores in
            let store = PreferenceStore(stores.database)
            let user = try await stores.users("ada")[0]
            let hours = QuietHours(from: 1, until: 2, timeZone: "UTC")
            try await withThrowingTaskGroup { group in
                for changes in [
                    Self.change(.init(.newMessages, enabled: false)),
                    Self.change(.init(.newMessages, methods: [.email])),
                    Self.change(.init(.friendRequests, enabled: false)), Self.change(wantsEmail: false),
                    Self.change(quietHours: .some(hours)),
                ] {
                    group.addTask { _ = try await store.change(changes, of: user) }
                }
                try await group.waitForAll()
            }
            let chosen = try #require(try await store.read(user))
            #expect(!chosen.preferences[.newMessages].enabled && chosen.preferences[.newMessages].methods == [.email])
            #expect(!chosen.preferences[.friendRequests].enabled)
            #expect(!chosen.wantsEmail && chosen.quietHours == hours)
        }
    }

    @Test func `time zones have the names of the IANA database`() async throws {
        try await Stores.open { stores in
            let zones = try await PreferenceStore(stores.database).timeZones()
            #expect(zones.isSuperset(of: ["UTC", "Europe/Berlin", "Etc/GMT+3", "America/Port-au-Prince"]))
            #expect(zones.isDisjoint(with: ["Europe/Nowhere", "europe/berlin", "CEST", "UTC+3", "", "\u{1F30D}"]))
        }
    }
}
