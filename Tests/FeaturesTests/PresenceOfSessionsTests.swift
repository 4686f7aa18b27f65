import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// Presence ends with the login session, however that ends.
@Suite(.database) struct PresenceOfSessionsTests {
    enum Way: CaseIterable, Sendable {
        case logout, revocation, revocationOfOthers, passwordChange, passwordReset, tokenReuse, deactivation,
            deactivationByAdministrator, deletion
    }

    @Test(arguments: Way.allCases)
    func `presence ends with the session`(way: Way) async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            let other = try await features.logIn("ada")
            _ = try await features.presence.update.online(playing: GameTitle("Chess"), by: ada.caller)
            #expect(try await features.status(of: ada.caller.user) == .online)
            try await end(ada, from: other, way, features)
            #expect(try await features.status(of: ada.caller.user) == .offline)
            let seen = Statement(
                "test_user_seen", "SELECT count(*) FROM user_cards WHERE user_id = $1 AND last_seen_at IS NOT NULL")
            var row = try await features.database.read(seen, [.id(ada.caller.user)])[0]
            #expect(try row.int() == 1)
            // Requests that were authenticated before the session ended, and arrive after it.
            let update = features.presence.update
            _ = try await update.online(playing: nil, by: ada.caller)
            _ = try await update.heartbeat(by: ada.caller)
            _ = try await update.away(by: ada.caller)
            #expect(try await features.status(of: ada.caller.user) == .offline)
        }
    }

    @Test func `the presence of another session stays`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            let other = try await features.logIn("ada")
            for login in [ada, other] {
                _ = try await features.presence.update.online(playing: nil, by: login.caller)
            }
            try await features.accounts.sessions.end(ada.caller.session, by: other.caller)
            #expect(try await features.status(of: ada.caller.user) == .online)
            try await features.accounts.logOut(other.tokens.refresh)
            #expect(try await features.status(of: ada.caller.user) == .offline)
        }
    }

    @Test func `a user who was not online is not last seen when an administrator closes the account`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            try await features.accounts.account.deactivate(ada.user)
            let seen = Statement("test_seen", "SELECT count(*) FROM user_cards WHERE last_seen_at IS NOT NULL")
            var row = try await features.database.read(seen, [])[0]
            #expect(try row.int() == 0)
        }
    }

    private func end(_ login: TestLogin, from other: TestLogin, _ way: Way, _ features: FeatureHarness) async throws {
        let accounts = features.accounts
        let new = try Password("another long password")
        switch way {
        case .logout: try await accounts.logOut(login.tokens.refresh)
        case .revocation: try await accounts.sessions.end(login.caller.session, by: other.caller)
        case .revocationOfOthers: #expect(try await accounts.sessions.endOthers(by: other.caller) == 1)
        case .passwordChange: try await accounts.changePassword(old: TestClient.password, new: new, by: other.caller)
        case .passwordReset:
            try await accounts.resetPassword.request(email: try EmailAddress("ada@example.com"), client: TestClient())
            try await accounts.resetPassword(token: try await features.resetToken(), new: new, client: TestClient())
        case .tokenReuse:
            _ = try await features.refresh(login.tokens.refresh)
            try await features.ageExchanges(seconds: 31)
            await expect(.refreshTokenInvalid) { try await features.refresh(login.tokens.refresh) }
        case .deactivation: try await accounts.account.deactivate(login.caller.user)
        case .deactivationByAdministrator:
            let administrator = try await features.user("root")
            try await features.makeAdministrator(administrator)
            _ = try await accounts.administration.setActive(false, of: login.caller.user, by: administrator)
        case .deletion: try await accounts.account.delete(by: login.caller)
        }
    }
}

extension FeatureHarness {
    /// Returns the stored status of a user, offline if there is none.
    fileprivate func status(of user: UserID) async throws -> PresenceStatus {
        try await presence.store.read([user])[user]?.status ?? .offline
    }
}
