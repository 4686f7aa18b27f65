import TestSupport
import Testing

/// U-2, X-6. It has a product of its own, because it holds locks.
@Suite(.showingOutput)
struct PasswordRaceTests {
    @Test func `a login that began before a change of the password neither succeeds nor undoes the change`()
        async throws
    {
        var options = ProductOptions()
        options.kinds = [.api]
        try await Product.run(options) { product in
            let user = try await TestUser.register(at: product.client)
            let newHash = try await user.passwordHash(in: product)
            try await user.setBcryptHash(in: product)
            // Another client changes the password, and has not finished when the login with the old one is verified.
            let change = try await OpenTransaction.begin(in: product.databaseURL)
            try await change.run("UPDATE accounts SET password_hash = '\(newHash)' WHERE id = '\(user.id)'")
            async let login = product.client.post(
                "/auth/login", json: TestUser.login(email: user.email, "parol-from-before"))
            try await eventually("the login waits for the change") {
                try await !product.texts(
                    "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                ).isEmpty
            }
            try await change.commit()
            expectMusiciansError(try await login, 401, "Invalid credentials")
            #expect(try await user.passwordHash(in: product) == newHash)
        }
    }
}
