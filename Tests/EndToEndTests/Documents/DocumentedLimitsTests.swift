import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// S1-9, S1-40, S1-45, S1-165: the limits in the musicians' document are those of the product.
    struct DocumentedLimitsTests {
        let product = Product.current

        private func limit(_ name: String, of path: [String]) async throws -> Int {
            let document = try await product.client.get("/openapi/musicians.json").json
            let schema = path.reduce(document["components"]["schemas"]) { $0[$1] }
            return Int(try #require(schema[name].number, "\(path) \(name)"))
        }

        @Test(arguments: ["displayName", "bio", "location"])
        func `a text of a profile may be as long as documented, and no longer`(name: String) async throws {
            let user = try await TestUser.register(at: product.client)
            let longest = try await limit("maxLength", of: ["ProfileChanges", "properties", name])
            try await expectLimit(of: user) { "{\"\(name)\":\"\(String(repeating: "é", count: longest + $0))\"}" }
        }

        @Test(arguments: ["genres", "instruments"])
        func `a list of a profile may be as long as documented, and no longer`(name: String) async throws {
            let user = try await TestUser.register(at: product.client)
            let most = try await limit("maxItems", of: ["ProfileChanges", "properties", name])
            let longest = try await limit("maxLength", of: ["ProfileChanges", "properties", name, "items"])
            try await expectLimit(of: user) { more in
                let items = (0..<most + more).map { "\"\($0)\"" }.joined(separator: ",")
                return "{\"\(name)\":[\(items)]}"
            }
            try await expectLimit(of: user) { "{\"\(name)\":[\"\(String(repeating: "x", count: longest + $0))\"]}" }
        }

        private func expectLimit(of user: TestUser, _ json: (Int) -> String) async throws {
            for (more, status) in [(0, 200), (1, 400)] {
                let answer = try await product.client.ask(
                    "PUT", "/users/\(user.id)/profile", json: json(more), token: user.accessToken)
                #expect(answer.status == status, "\(answer.text.prefix(300))")
            }
        }

        @Test(arguments: ["username", "password"])
        func `names and passwords may be as long as documented, and no longer`(name: String) async throws {
            let shortest = try await limit("minLength", of: ["Registration", "properties", name])
            let longest = try await limit("maxLength", of: ["Registration", "properties", name])
            for (length, status) in [(shortest - 1, 400), (shortest, 200), (longest, 200), (longest + 1, 400)] {
                // The first letters of a UUID differ, and so the shortest name is rarely taken.
                let unique = String((TestUser.newName() + String(repeating: "z9", count: longest)).dropFirst())
                let text = String(unique.prefix(length))
                let (username, password) = name == "username" ? (text, "a long password") : (TestUser.newName(), text)
                let answer = try await product.client.post(
                    "/auth/register",
                    json: TestUser.registration(email: "\(TestUser.newName())@example.com", username, password))
                #expect(answer.status == status, "\(length): \(answer.text)")
            }
        }
    }
}
