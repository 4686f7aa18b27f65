import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Identities at OpenID providers", .database)
struct ProviderIdentitiesTests {
    private static func proof(_ nonce: String) -> ProviderIdentities.Proof {
        ProviderIdentities.Proof(
            issuer: "https://id.example", subject: "1", nonce: nonce, nonceEnd: Timestamp.now.adding(.seconds(60)))
    }

    private static func session(_ hash: UInt8) -> NewSession {
        NewSession(
            id: Stores.id(SessionID.self), refreshHash: [hash], expiresAt: Timestamp.now.adding(.seconds(60)),
            userAgent: nil, ipAddress: "127.0.0.1")
    }

    @Test func `an identity has one account, and a nonce opens one session`() async throws {
        try await Stores.open { stores in
            let identities = ProviderIdentities(stores.database)
            let new = NewAccount(
                id: Stores.id(UserID.self), email: "ada@b.example", username: "ada", passwordHash: nil,
                persona: .listener, isVerified: true)
            try await identities.register(new, session: Self.session(1), Self.proof("a"), enqueuing: Stores.job())
            #expect(try await identities.account(issuer: "https://id.example", subject: "1") == new.id)
            #expect(try await identities.account(issuer: "https://id.example", subject: "2") == nil)
            #expect(try await stores.accounts.credentials(of: new.id)?.passwordHash == .some(nil))
            await #expect(throws: ProviderIdentities.NonceUsed.self) {
                try await identities.open(
                    Self.session(2), for: new.id, Self.proof("a"), email: nil, enqueuing: Stores.job())
            }
            let opened = try await identities.open(
                Self.session(2), for: new.id, Self.proof("b"), email: nil, enqueuing: Stores.job())
            #expect(opened?.ended == [] && opened?.isEnqueued == false)
            #expect(try await stores.sessions.open(of: new.id).count == 2)
        }
    }

    @Test func `a provider's login removes the password of an unverified account`() async throws {
        try await Stores.open { stores in
            let identities = ProviderIdentities(stores.database)
            let (ada, session) = try await stores.register("ada")
            let opened = try await identities.open(
                Self.session(2), for: ada.id, Self.proof("a"), email: ada.email, enqueuing: Stores.job())
            #expect(opened?.ended == [session])
            #expect(try await stores.accounts.credentials(of: ada.id)?.passwordHash == .some(nil))
            _ = try await stores.accounts.deactivate(ada.id)
            let refused = try await identities.open(
                Self.session(3), for: ada.id, Self.proof("b"), email: nil, enqueuing: Stores.job())
            #expect(refused == nil)
        }
    }
}
