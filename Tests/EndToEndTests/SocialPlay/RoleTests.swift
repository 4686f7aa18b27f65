import TestSupport
import Testing

extension SharedProduct {
    /// S2-20, S2-69, X-10.
    struct RoleTests {
        let product = Product.current

        @Test func `an administrator is made on the command line, and at once`() async throws {
            let person = try await Person.join(at: product.client)
            let somebody = try await Person.join(at: product.client)
            expectError(try await setRole("MODERATOR", of: somebody, by: person), 403, "Insufficient permissions")

            let made = try await product.run("API", ["make-admin", person.username.uppercased()])
            #expect(made.exit == .code(0), "\(made.output)")
            let answer = try await setRole("MODERATOR", of: somebody, by: person)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["role"].text == "MODERATOR")
            // X-10: what the musicians' surface shows.
            let musician = try await product.client.post("/auth/login", json: Person.login(email: person.email))
            #expect(musician.json["user"]["role"].text == "admin")

            #expect(try await product.run("API", ["make-user", person.username]).exit == .code(0))
            expectError(try await setRole("USER", of: somebody, by: person), 403, "Insufficient permissions")
        }

        @Test func `nobody makes an administrator by a request, or touches one`() async throws {
            let (first, second) = (try await admin(), try await admin())
            let somebody = try await Person.join(at: product.client)
            expectError(try await setRole("ADMIN", of: somebody, by: first), 400)
            expectError(try await setRole("musician", of: somebody, by: first), 400)
            expectError(try await setRole("USER", of: second, by: first), 404, "User not found")
            expectError(try await setRole("USER", of: first, by: first), 404)
        }

        @Test func `an account that an administrator closes is closed at once, and may be opened again`() async throws {
            let admin = try await admin()
            let somebody = try await Person.join(at: product.client)
            let closed = try await setStatus(false, of: somebody, by: admin)
            #expect(closed.json["isActive"] == .bool(false), "\(closed.text)")
            #expect(try await !somebody.isPlaying(at: product.client))
            let login = Person.login(email: somebody.email)
            expectError(try await product.client.post("/api/v1/auth/login", json: login), 403, "Account is deactivated")
            #expect(try await setStatus(true, of: somebody, by: admin).json["isActive"] == .bool(true))
            _ = try await somebody.play(at: product.client)
            expectError(try await setStatus(false, of: admin, by: admin), 400)
            expectError(try await setStatus(false, of: admin, by: somebody), 401)
        }

        @Test func `a wrong command is explained`() async throws {
            let unknown = try await product.run("API", ["make-admin", "nobody-has-this-name"])
            #expect(unknown.exit == .code(1))
            #expect(unknown.output.contains("no user has the name nobody-has-this-name"))
            for arguments in [["make-admin"], ["make-king", "x"]] {
                let wrong = try await product.run("API", arguments)
                #expect(wrong.exit == .code(64))
                #expect(wrong.output.contains("make-admin NAME"))
            }
        }

        private func admin() async throws -> Person {
            let person = try await Person.join(at: product.client)
            #expect(try await product.run("API", ["make-admin", person.username]).exit == .code(0))
            return person
        }

        private func setRole(_ role: String, of person: Person, by admin: Person) async throws -> ProductAnswer {
            try await admin.ask(
                "PUT", "/admin/users/\(person.id)/role", json: #"{"role":"\#(role)"}"#, at: product.client)
        }

        private func setStatus(_ isActive: Bool, of person: Person, by admin: Person) async throws -> ProductAnswer {
            try await admin.ask(
                "PUT", "/admin/users/\(person.id)/status", json: #"{"isActive":\#(isActive)}"#, at: product.client)
        }
    }
}
