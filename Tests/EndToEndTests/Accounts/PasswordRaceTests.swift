import TestSupport
import Testing

/// U-2, X-6. It has a product of its own, because it holds locks.
@Suite(.showingOutput)
struct PasswordRaceTests {
    @Test func `a login that began before a change of the password neither counts nor undoes it`() async throws {
        var options = ProductOptions()
        options.kinds = [.api]
        try await Product.run(options) { product in
            let person = try await Person.register(at: product.client)
            let newHash = try await person.passwordHash(in: product)
            try await person.takeBcryptHash(in: product)
            // Somebody changes the password, and has not finished when the login with the old one is verified.
            let change = try await HeldTransaction.begin(in: product.databaseURL)
            try await change.run("UPDATE accounts SET password_hash = '\(newHash)' WHERE id = '\(person.id)'")
            async let login = product.client.post(
                "/auth/login", json: Person.login(email: person.email, "parol-from-before"))
            try await eventually("the login waits for the change") {
                try await !product.texts(
                    "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                ).isEmpty
            }
            try await change.commit()
            expectRefusal(try await login, 401, "Invalid credentials")
            #expect(try await person.passwordHash(in: product) == newHash)
        }
    }
}
