import Domain
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct PresenceTests {
    @Test func `a user is online with a game, away, and offline with the time of the last activity`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let update = features.presence.update
            #expect(try await update.online(playing: GameTitle("Chess"), by: ada).currentGame == "Chess")
            #expect(try await features.presence(of: ada, seenBy: bob).status == .online)
            #expect(try await features.presence(of: ada, seenBy: bob).currentGame == "Chess")
            #expect(try await update.away(by: ada).status == .away)
            #expect(try await features.presence(of: ada, seenBy: bob).status == .away)
            #expect(try await update.heartbeat(by: ada).status == .away)
            let offline = try await update.offline(by: ada)
            #expect(offline.status == .offline && offline.lastSeen != nil)
            let seen = try await features.presence(of: ada, seenBy: bob)
            #expect(seen.status == .offline && seen.currentGame == nil && seen.lastSeen != nil)
        }
    }

    @Test func `a user who hides the online status is offline for others, without a time`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            var changes = AccountChanges()
            changes.showsOnlineStatus = false
            _ = try await features.accounts.account.update(changes, by: ada)
            #expect(try await features.presence.update.online(playing: nil, by: ada).status == .online)
            let seen = try await features.presence(of: ada, seenBy: bob)
            #expect(seen.status == .offline && seen.lastSeen == nil)
        }
    }

    @Test func `a user is online as long as one of two devices is`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let second = Caller(Principal(user: ada.user, session: FeatureHarness.id()), TestClient())
            let update = features.presence.update
            _ = try await update.online(playing: nil, by: ada)
            _ = try await update.online(playing: nil, by: second)
            _ = try await update.offline(by: ada)
            #expect(try await features.presence(of: ada, seenBy: bob).status == .online)
            _ = try await update.offline(by: second)
            #expect(try await features.presence(of: ada, seenBy: bob).status == .offline)
        }
    }

    @Test func `an authenticated request makes its session active without waiting`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            _ = try await features.presence.update.online(playing: nil, by: ada)
            features.presence.activity.record(ada.principal)
            #expect(try await features.presence(of: ada, seenBy: bob).status == .online)
        }
    }

    @Test func `a game title that is empty, too long or not one line is refused`() async throws {
        for title in ["", String(repeating: "я", count: 101), "a\nb"] {
            await expect(.validationFailed) { try GameTitle(title) }
        }
    }
}

extension FeatureHarness {
    func presence(of user: Caller, seenBy friend: Caller) async throws -> UserPresence {
        let entries = try await friends.list.all(by: friend)
        return try #require(entries.first { $0.friend.id == user.user }).presence
    }
}
