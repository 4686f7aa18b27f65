import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Tokens in e-mails", .database)
struct EmailTokenStoreTests {
    private static func token(after time: Duration = .seconds(60)) -> NewEmailToken {
        NewEmailToken(id: Stores.id(EmailTokenID.self), expiresAt: Timestamp.now.adding(time))
    }

    @Test func `a verification token works once`() async throws {
        try await Stores.open { stores in
            let tokens = EmailTokenStore(stores.database)
            let ada = try await stores.register("ada").account.id
            let token = Self.token()
            #expect(try await tokens.requestVerification(of: ada, token, enqueuing: Stores.job()))
            #expect(try await tokens.find(token.id, .verify)?.user == ada)
            #expect(try await tokens.find(token.id, .reset) == nil)
            #expect(try await tokens.verify(token.id))
            #expect(try await tokens.verify(token.id) == false)
            #expect(try await stores.accounts.details(of: ada)?.isVerified == true)
            #expect(try await tokens.requestVerification(of: ada, Self.token(), enqueuing: Stores.job()) == false)
        }
    }

    @Test func `an expired token does nothing`() async throws {
        try await Stores.open { stores in
            let tokens = EmailTokenStore(stores.database)
            let ada = try await stores.register("ada").account.id
            let token = Self.token(after: .seconds(-1))
            _ = try await tokens.requestVerification(of: ada, token, enqueuing: Stores.job())
            #expect(try await tokens.find(token.id, .verify) == nil)
            #expect(try await tokens.verify(token.id) == false)
        }
    }

    @Test func `a reset token sets the password, verifies the address, and ends all sessions`() async throws {
        try await Stores.open { stores in
            let tokens = EmailTokenStore(stores.database)
            let (ada, session) = try await stores.register("ada")
            let address = try EmailAddress("ADA@b.example")
            let (token, other) = (Self.token(), Self.token())
            #expect(try await tokens.requestReset(for: address, token, enqueuing: Stores.job()))
            #expect(try await tokens.requestReset(for: address, other, enqueuing: Stores.job()))
            let unknown = try EmailAddress("bob@b.example")
            #expect(try await tokens.requestReset(for: unknown, Self.token(), enqueuing: Stores.job()) == false)
            // A second request ends the first link.
            let first = try await stores.accounts.resetPassword(with: token.id, to: "x", enqueuing: Stores.job())
            #expect(first == nil)
            let change = try await stores.accounts.resetPassword(
                with: other.id, to: "new", enqueuing: Stores.job())
            #expect(change?.ended == [session])
            #expect(try await stores.accounts.credentials(of: ada.id)?.passwordHash == "new")
            #expect(try await stores.accounts.details(of: ada.id)?.isVerified == true)
            let second = try await stores.accounts.resetPassword(with: other.id, to: "x", enqueuing: Stores.job())
            #expect(second == nil)
        }
    }

    @Test func `a change of the password, a provider's login and a deactivation end the links that reset it`()
        async throws
    {
        try await Stores.open { stores in
            let tokens = EmailTokenStore(stores.database)
            let (ada, session) = try await stores.register("ada")
            let address = try EmailAddress("ada@b.example")
            let ends: [(String, @Sendable () async throws -> Void)] = [
                (
                    "password",
                    {
                        _ = try await stores.accounts.changePassword(
                            of: ada.id, from: "hash", to: "new", keeping: session, enqueuing: Stores.job())
                    }
                ),
                (
                    "provider",
                    {
                        let proof = ProviderIdentities.Proof(
                            issuer: "https://id.example", subject: "1", nonce: "a",
                            nonceEnd: Timestamp.now.adding(.seconds(60)))
                        let session = NewSession(
                            id: Stores.id(SessionID.self), refreshHash: [2],
                            expiresAt: Timestamp.now.adding(.seconds(60)), userAgent: nil, ipAddress: "127.0.0.1")
                        _ = try await ProviderIdentities(stores.database).open(
                            session, for: ada.id, proof, email: nil, enqueuing: Stores.job())
                    }
                ),
                (
                    "deactivation",
                    {
                        _ = try await stores.accounts.deactivate(ada.id)
                        _ = try await stores.accounts.activate(ada.id)
                    }
                ),
            ]
            for (name, end) in ends {
                let token = Self.token()
                #expect(try await tokens.requestReset(for: address, token, enqueuing: Stores.job()), "\(name)")
                try await end()
                #expect(try await tokens.find(token.id, .reset) == nil, "\(name)")
                let change = try await stores.accounts.resetPassword(with: token.id, to: "x", enqueuing: Stores.job())
                #expect(change == nil, "\(name)")
            }
        }
    }
}
