import Domain
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct NotificationTests {
    @Test func `settings start with the defaults and keep what a change does not name`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let settings = features.notifications.settings
            let before = try await settings.read(by: ada)
            let requests = NotificationPreferences.Setting.friendRequests
            let messages = NotificationPreferences.Setting.newMessages
            #expect(before.preferences[requests] == requests.fallback && before.quietHours == nil)
            var change = NotificationSettingsChange()
            change.kinds[requests.key] = .init(enabled: false, methods: ["email"], onlyWhenOffline: nil)
            change.quietHours = .some(QuietHours(from: 1_320, until: 420, timeZone: "Europe/Berlin"))
            let after = try await settings.update(change, by: ada)
            #expect(!after.preferences[requests].enabled && after.preferences[requests].methods == [.email])
            #expect(after.preferences[messages] == messages.fallback)
            #expect(after.wantsEmail == before.wantsEmail)
            #expect(after.quietHours == QuietHours(from: 1_320, until: 420, timeZone: "Europe/Berlin"))
            #expect(try await settings.update(NotificationSettingsChange(), by: ada).quietHours != nil)
            var none = NotificationSettingsChange()
            none.quietHours = .some(nil)
            #expect(try await settings.update(none, by: ada).quietHours == nil)
        }
    }

    @Test func `of settings that change at the same time none is lost`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let settings = features.notifications.settings
            var changes = [NotificationSettingsChange(), NotificationSettingsChange(), NotificationSettingsChange()]
            changes[0].kinds["newMessages"] = .init(enabled: false, methods: nil, onlyWhenOffline: nil)
            changes[1].kinds["friendRequests"] = .init(enabled: false, methods: nil, onlyWhenOffline: nil)
            changes[2].wantsEmail = false
            try await withThrowingTaskGroup { group in
                for change in changes { group.addTask { _ = try await settings.update(change, by: ada) } }
                try await group.waitForAll()
            }
            let chosen = try await settings.read(by: ada)
            #expect(!chosen.preferences[.newMessages].enabled && !chosen.preferences[.friendRequests].enabled)
            #expect(!chosen.wantsEmail)
        }
    }

    @Test func `time zones are read once, and again an hour later for an unknown name`() async throws {
        try await FeatureHarness.open { features in
            let zones = KnownTimeZones()
            let reads = Mutex(0)
            let read = { @Sendable () -> Set<String> in
                reads.withLock { $0 += 1 }
                return ["Europe/Berlin"]
            }
            let hour: UInt64 = 3_600_000_000_000
            try await withThrowingTaskGroup { group in
                for name in ["Europe/Berlin", "Mars/Olympus", "Europe/Berlin"] {
                    group.addTask { try await (name, zones.contains(name, on: features.loop, now: 1, read)) }
                }
                for try await (name, isKnown) in group { #expect(isKnown == (name == "Europe/Berlin")) }
            }
            #expect(try await !zones.contains("Mars/Olympus", on: features.loop, now: hour, read))
            #expect(reads.withLock { $0 } == 1)
            #expect(try await !zones.contains("Mars/Olympus", on: features.loop, now: hour + 2, read))
            #expect(try await zones.contains("Europe/Berlin", on: features.loop, now: 9 * hour, read))
            #expect(reads.withLock { $0 } == 2)
        }
    }

    @Test func `a failed read of the time zones is repeated`() async throws {
        try await FeatureHarness.open { features in
            let zones = KnownTimeZones()
            await #expect(throws: CancellationError.self) {
                try await zones.contains("UTC", on: features.loop) { throw CancellationError() }
            }
            let isKnown = try await zones.contains("UTC", on: features.loop) { ["UTC"] }
            #expect(isKnown)
        }
    }

    @Test func `an unknown or repeated method and an unknown time zone are refused`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            for methods in [["pigeon"], ["push", "push"]] {
                var change = NotificationSettingsChange()
                change.kinds["friendRequests"] = .init(enabled: nil, methods: methods, onlyWhenOffline: nil)
                let error = await expect(.validationFailed) {
                    try await features.notifications.settings.update(change, by: ada)
                }
                #expect(error?.field == "friendRequests")
            }
            var change = NotificationSettingsChange()
            change.quietHours = .some(QuietHours(from: 0, until: 60, timeZone: "Mars/Olympus"))
            let error = await expect(.validationFailed) {
                try await features.notifications.settings.update(change, by: ada)
            }
            #expect(error?.field == "quietHours")
        }
    }

    @Test func `an inbox starts empty and an unknown notification is refused`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let inbox = features.notifications.inbox
            let (entries, total, unread) = try await inbox.page(.first(), by: ada)
            #expect(entries.isEmpty && total == 0 && unread == 0)
            try await inbox.markAllRead(by: ada)
            await expect(.notificationNotFound, .notFound) {
                try await inbox.markRead(FeatureHarness.id(), by: ada)
            }
        }
    }

    @Test func `a push subscription needs the keys of a browser and belongs to its user`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let subscriptions = features.notifications.pushSubscriptions
            // The server's own public key is a point on the curve as well.
            let (key, secret) = (subscriptions.publicKey, "AAAAAAAAAAAAAAAAAAAAAA")
            let endpoint = "https://push.example/1"
            let id = try await subscriptions.add(
                endpoint: endpoint, publicKey: key, secret: secret, by: ada)
            for (endpoint, key, secret, field) in [
                ("ftp://push.example", key, secret, "endpoint"), ("https://", key, secret, "endpoint"),
                ("https:///x", key, secret, "endpoint"), ("https://push.example:99999/x", key, secret, "endpoint"),
                ("https://ada:word@push.example/x", key, secret, "endpoint"),
                ("https://push.example:25/x", key, secret, "endpoint"), ("https://10.0.0.1/x", key, secret, "endpoint"),
                ("http://push.example/x", key, secret, "endpoint"),
                ("https://push.example/" + String(repeating: "x", count: 2_048), key, secret, "endpoint"),
                (endpoint, "x", secret, "keys"), (endpoint, key, "AA", "keys"),
            ] {
                let error = await expect(.validationFailed) {
                    try await subscriptions.add(endpoint: endpoint, publicKey: key, secret: secret, by: ada)
                }
                #expect(error?.field == field)
            }
            await expect(.subscriptionNotFound, .notFound) { try await subscriptions.remove(id, by: bob) }
            try await subscriptions.remove(id, by: ada)
            await expect(.subscriptionNotFound) { try await subscriptions.remove(id, by: ada) }
        }
    }
}
