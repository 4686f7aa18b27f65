import Domain
import Jobs
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct IntegrationTests {
    @Test func `another service reads the friends of a user, and a change is in the next answer`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let answer = features.integration.answer
            let (summary, madeAt) = try await answer.friends(of: ada.user)
            #expect(summary.friends.map(\.id) == [bob.user])
            let (again, madeAgainAt) = try await answer.friends(of: ada.user)
            #expect(again.friends.map(\.id) == [bob.user] && madeAgainAt == madeAt)
            try await features.friends.remove(bob.user, by: ada)
            try await eventually("the cached answer is invalid") {
                try await answer.friends(of: ada.user).value.friends.isEmpty
            }
        }
    }

    @Test func `another service reads mutual friends and the relation of two users`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let carl = try await features.user("carl")
            try await features.befriend(bob, carl)
            let answer = features.integration.answer
            let mutual = try await answer.mutualFriends(of: ada.user, and: carl.user).value
            #expect(mutual.friends.map(\.username) == ["bob"])
            let friends = try await answer.relation(of: ada.user, and: bob.user)
            #expect(friends.kind == .friends && friends.since != nil)
            #expect(try await answer.relation(of: ada.user, and: carl.user).kind == .none)
            #expect(try await answer.relation(of: ada.user, and: carl.user).mutualFriends == 1)
            _ = try await features.friends.sendRequest(to: carl.user, message: nil, by: ada)
            #expect(try await answer.relation(of: ada.user, and: carl.user).kind == .pendingRequest)
        }
    }

    // S0-80 to S0-85
    @Test func `a question about one and the same user has the answer none`() async throws {
        try await FeatureHarness.open { features in
            let (ada, _) = try await features.twoFriends()
            let answer = features.integration.answer
            let relation = try await answer.relation(of: ada.user, and: ada.user)
            #expect(relation.kind == .none && relation.since == nil && relation.mutualFriends == 0)
            #expect(try await answer.mutualFriends(of: ada.user, and: ada.user).value.friends.isEmpty)
            let unknown = FeatureHarness.id(UserID.self)
            await expect(.userNotFound) { try await answer.relation(of: unknown, and: unknown) }
        }
    }

    //
    @Test func `another service reads no method e-mail of a user who has switched e-mail off`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let settings = NotificationCatalog.standard.settings
            let answer = features.integration.answer
            #expect(try await answer.preferences(of: ada.user).preferences[.friendRequests].methods == [.push, .email])
            var change = NotificationSettingsChange()
            change.wantsEmail = false
            change.kinds["newMessages"] = .init(enabled: nil, methods: ["email"], onlyWhenOffline: nil)
            _ = try await features.notifications.settings.update(change, by: ada)
            let masked = try await answer.preferences(of: ada.user)
            for setting in settings { #expect(!masked.preferences[setting].methods.contains(.email), "\(setting.key)") }
            #expect(masked.preferences[.friendRequests].methods == [.push])
            #expect(masked.preferences[.newMessages].methods == [] && !masked.wantsEmail)
            // The user's own choices are kept, for the time when e-mail is on again.
            let own = try await features.notifications.settings.read(by: ada)
            #expect(own.preferences[.friendRequests].methods == [.push, .email])
            #expect(own.preferences[.newMessages].methods == [.email])
        }
    }

    @Test func `every answer about an unknown user is a refusal`() async throws {
        try await FeatureHarness.open { features in
            let (ada, unknown) = (try await features.user("ada"), FeatureHarness.id(UserID.self))
            let answer = features.integration.answer
            await expect(.userNotFound, .notFound) { try await answer.friends(of: unknown) }
            await expect(.userNotFound) { try await answer.mutualFriends(of: ada.user, and: unknown) }
            await expect(.userNotFound) { try await answer.relation(of: unknown, and: ada.user) }
            await expect(.userNotFound) { try await answer.preferences(of: unknown) }
            await expect(.userNotFound) {
                try await answer.recordFirstFriend(of: ada.user, unknown, client: TestClient())
            }
        }
    }

    @Test func `a reported first friend notifies the user`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            try await features.integration.answer.recordFirstFriend(
                of: ada.user, bob.user, client: TestClient())
            let notices = try await features.jobs.enqueued(Notify.self)
            #expect(notices.map(\.about) == [.achievement] && notices.map(\.user) == [ada.user])
        }
    }

    @Test(arguments: ["", "the internal toke", "the internal token!", "THE INTERNAL TOKEN"])
    func `only the internal token identifies another service`(token: String) {
        let services = ServiceAuthenticator(token: Array("the internal token".utf8))
        #expect(!services.isValid(token) && !services.isValid(nil))
        #expect(services.isValid("the internal token"))
    }
}
