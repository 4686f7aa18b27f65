import TestSupport
import Testing

extension SharedProduct {
    /// S2-20, S2-69, X-10.
    struct RoleTests {
        let product = Product.current

        @Test func `an administrator is made on the command line, with immediate effect`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let otherUser = try await TestUser.registerOnSocialPlay(at: product.client)
            expectSocialPlayError(
                try await setRole("MODERATOR", of: otherUser, by: user), 403, "Insufficient permissions")

            let made = try await product.run("API", ["make-admin", user.username.uppercased()])
            #expect(made.exit == .code(0), "\(made.output)")
            let answer = try await setRole("MODERATOR", of: otherUser, by: user)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["role"].text == "MODERATOR")
            // X-10: what the musicians' surface shows.
            let musician = try await product.client.post("/auth/login", json: TestUser.login(email: user.email))
            #expect(musician.json["user"]["role"].text == "admin")

            #expect(try await product.run("API", ["make-user", user.username]).exit == .code(0))
            expectSocialPlayError(try await setRole("USER", of: otherUser, by: user), 403, "Insufficient permissions")
        }

        @Test func `no request makes an administrator or changes one's role`() async throws {
            let (first, second) = (try await admin(), try await admin())
            let otherUser = try await TestUser.registerOnSocialPlay(at: product.client)
            expectSocialPlayError(try await setRole("ADMIN", of: otherUser, by: first), 400)
            expectSocialPlayError(try await setRole("musician", of: otherUser, by: first), 400)
            expectSocialPlayError(try await setRole("USER", of: second, by: first), 404, "User not found")
            expectSocialPlayError(try await setRole("USER", of: first, by: first), 404)
            expectSocialPlayError(try await setStatus(false, of: second, by: first), 403)
            #expect(try await second.isLoggedIn(at: product.client))
        }

        @Test func `actions of administrators and operators are logged with who, what and whom`() async throws {
            let admin = try await admin()
            let person = try await TestUser.registerOnSocialPlay(at: product.client)
            _ = try await setRole("MODERATOR", of: person, by: admin)
            _ = try await setStatus(false, of: person, by: admin)
            for action in ["administrator set a role", "administrator deactivated an account"] {
                try await eventually("\(action) is logged") {
                    product.output.split(separator: "\n").contains {
                        $0.contains(action) && $0.contains(admin.id) && $0.contains(person.id)
                    }
                }
            }
            let command = try await product.run("API", ["make-user", person.username])
            #expect(command.output.contains("role set on the command line"), "\(command.output)")
            #expect(command.output.contains("uid ") && command.output.contains(person.username))
        }

        @Test func `an account that an administrator deactivates is closed at once, and may be activated again`()
            async throws
        {
            let admin = try await admin()
            let otherUser = try await TestUser.registerOnSocialPlay(at: product.client)
            let closed = try await setStatus(false, of: otherUser, by: admin)
            #expect(closed.json["isActive"] == .bool(false), "\(closed.text)")
            #expect(try await !otherUser.isLoggedIn(at: product.client))
            let login = TestUser.login(email: otherUser.email)
            expectSocialPlayError(
                try await product.client.post("/api/v1/auth/login", json: login), 403, "Account is deactivated")
            #expect(try await setStatus(true, of: otherUser, by: admin).json["isActive"] == .bool(true))
            _ = try await otherUser.logInOnSocialPlay(at: product.client)
            expectSocialPlayError(try await setStatus(false, of: admin, by: admin), 400)
            expectSocialPlayError(try await setStatus(false, of: admin, by: otherUser), 401)
        }

        @Test func `wrong usage of a command is explained`() async throws {
            let unknown = try await product.run("API", ["make-admin", "nobody-has-this-name"])
            #expect(unknown.exit == .code(1))
            #expect(unknown.output.contains("no user has the name nobody-has-this-name"))
            for arguments in [["make-admin"], ["make-king", "x"]] {
                let wrong = try await product.run("API", arguments)
                #expect(wrong.exit == .code(64))
                #expect(wrong.output.contains("make-admin NAME"))
            }
        }

        private func admin() async throws -> TestUser {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            #expect(try await product.run("API", ["make-admin", user.username]).exit == .code(0))
            return user
        }

        private func setRole(_ role: String, of user: TestUser, by admin: TestUser) async throws -> ProductAnswer {
            try await admin.ask(
                "PUT", "/admin/users/\(user.id)/role", json: #"{"role":"\#(role)"}"#, at: product.client)
        }

        private func setStatus(_ isActive: Bool, of user: TestUser, by admin: TestUser) async throws -> ProductAnswer {
            try await admin.ask(
                "PUT", "/admin/users/\(user.id)/status", json: #"{"isActive":\#(isActive)}"#, at: product.client)
        }
    }
}
