import Chassis
import Domain
import Storage
import TestSupport
import Testing

/// Every statement that ends tokens of an account locks the account first, so that two of them cannot deadlock.
@Suite("Races of e-mail tokens", .database)
struct EmailTokenRaceTests {
    enum Use: CaseIterable {
        case reset, verify, delete
    }

    @Test(arguments: Use.allCases)
    func `the use of a token waits for the account before it takes the token`(use: Use) async throws {
        try await Stores.openParallel(1) { environment, stores in
            let store = stores[0]
            let user = try await store.users("ada")[0]
            let token = NewEmailToken(id: Stores.id(EmailTokenID.self), expiresAt: Timestamp.now.adding(.seconds(60)))
            let tokens = EmailTokenStore(store.database)
            switch use {
            case .reset:
                _ = try await tokens.requestReset(
                    for: try EmailAddress("ada@b.example"), token, enqueuing: Stores.job())
            case .verify: _ = try await tokens.requestVerification(of: user, token, enqueuing: Stores.job())
            case .delete: break
            }
            let held = try HeldRows(environment.databaseURL, "SELECT FROM accounts WHERE id = '\(user)' FOR UPDATE")
            async let used: Bool = {
                switch use {
                case .reset:
                    try await store.accounts.resetPassword(with: token.id, to: "new", enqueuing: Stores.job()) != nil
                case .verify: try await tokens.verify(token.id)
                case .delete: try await store.accounts.delete(user, enqueuing: Stores.job()) != nil
                }
            }()
            try await held.wait(for: 1)
            // With the token locked by the waiting statement this would be a deadlock.
            try held.run("DELETE FROM account_links WHERE user_id = '\(user)'")
            try held.release()
            #expect(try await used == (use == .delete))
        }
    }
}
