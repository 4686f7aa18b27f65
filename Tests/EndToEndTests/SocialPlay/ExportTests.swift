import Foundation
import TestSupport
import Testing

extension SharedProduct {
    struct ExportTests {
        let product = Product.current

        @Test func `an export holds what there is and nothing that opens the account`() async throws {
            let person = try await Person.join(at: product.client, headers: ["User-Agent": "Phone"])
            _ = try await person.ask("PUT", "/users/me", json: #"{"bio":"это я"}"#, at: product.client)
            #expect(try await person.upload(Picture.jpeg, to: product.client).status == 200)
            expectError(
                try await person.ask("GET", "/users/me/export", at: product.client), 404,
                "There is no export: ask for one")
            expectError(try await person.ask("GET", "/users/me/export/download", at: product.client), 404)

            let asked = try await person.ask("POST", "/users/me/export", at: product.client)
            #expect(asked.status == 202, "\(asked.text)")
            let ready = try await eventually("it is ready") {
                let answer = try await person.ask("GET", "/users/me/export", at: product.client)
                return answer.json["status"].text == "ready" ? answer.json : nil
            }
            #expect(ready["url"].text?.hasSuffix("/api/v1/users/me/export/download") == true)
            let answer = try await person.ask("GET", "/users/me/export/download", at: product.client)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json; charset=utf-8")
            #expect(answer.headers["cache-control"] == "no-store")
            #expect(answer.headers["content-disposition"] == "attachment; filename=\"socialplay.json\"")
            #expect(ready["size"].number == Double(answer.body.count))
            let document = answer.json
            #expect(
                document.names == [
                    "account", "profile", "sessions", "identities", "friends", "blocks", "friend_requests",
                    "notifications", "notification_preferences", "push_subscriptions", "files", "messages",
                ])
            #expect(document["account"]["email"].text == person.email)
            #expect(document["profile"]["bio"].text == "это я")
            #expect(document["sessions"].array?.first?["user_agent"].text == "Phone")
            #expect(document["files"].array?.count == 1)
            let hash = try await person.passwordHash(in: product)
            for secret in [hash, "password_hash", "refresh_hash", person.refreshToken] {
                #expect(!answer.text.contains(secret))
            }
        }

        @Test func `nobody gets the export of somebody else`() async throws {
            let person = try await Person.join(at: product.client)
            let somebody = try await Person.join(at: product.client)
            _ = try await person.ask("POST", "/users/me/export", at: product.client)
            try await eventually("it is ready") {
                try await person.ask("GET", "/users/me/export", at: product.client).json["status"].text == "ready"
            }
            expectError(try await somebody.ask("GET", "/users/me/export/download", at: product.client), 404)
            expectError(try await product.client.get("/api/v1/users/me/export/download"), 401)
        }
    }
}
