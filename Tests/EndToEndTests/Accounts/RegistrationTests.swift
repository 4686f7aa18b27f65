import TestSupport
import Testing

extension SharedProduct {
    /// S1-8 to S1-15, S2-70, X-8.
    struct RegistrationTests {
        let product = Product.current

        @Test func `registering answers with the user and a pair of tokens`() async throws {
            let name = Person.newName()
            let answer = try await product.client.post(
                "/auth/register", json: Person.registration(email: "\(name)@example.com", name))
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"]?.hasPrefix("application/json") == true)
            #expect(answer.headers["cache-control"] == "no-store")
            #expect(answer.json.names == ["success", "user", "accessToken", "refreshToken"])
            #expect(answer.json["success"] == .bool(true))
            let user = answer.json["user"]
            #expect(user.names == ["id", "email", "username", "role"])
            #expect(user["email"].text == "\(name)@example.com")
            #expect(user["username"].text == name)
            #expect(user["id"].text?.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil)
            // S1-15
            #expect(user["role"].text == "listener")
        }

        @Test func `registering brings one welcome mail`() async throws {
            let person = try await Person.register(at: product.client)
            let mail = try await eventually("the mail comes") { product.mailbox.mail(to: person.email).first }
            #expect(mail.header("Subject") == "Welcome to SocialPlay!")
            #expect(mail.text.contains("Hello \(person.username)"))
        }
    }
}
