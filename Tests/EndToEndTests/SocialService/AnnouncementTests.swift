import TestSupport
import Testing

/// Announcements to all users.
@Suite(.showingOutput)
struct AnnouncementTests {
    @Test(arguments: [FullSize.recipients])
    func `an announcement reaches every user once although processes are killed`(_ crowd: Int) async throws {
        var options = ProductOptions()
        options.kinds = [.api, .notifications, .scheduler]
        try await Product.run(options) { product in
            let admin = try await TestUser.registerOnSocialPlay(at: product.client)
            #expect(try await product.run("API", ["make-admin", admin.username]).exit == .code(0))
            _ = try await product.texts(
                """
                INSERT INTO accounts (id, email, username)
                SELECT gen_random_uuid(), number || '@many.example', 'many' || number FROM generate_series(1, $1::text::integer) AS number
                RETURNING username
                """, ["\(crowd)"])
            let json = #"{"title":"A new season","body":"It begins on Monday."}"#
            let otherUser = try await TestUser.registerOnSocialPlay(at: product.client)
            expectSocialPlayError(
                try await otherUser.ask("POST", "/admin/announcements", json: json, at: product.client), 403,
                "Insufficient permissions")
            let said = try await admin.ask("POST", "/admin/announcements", json: json, at: product.client)
            #expect(said.status == 202, "\(said.text)")
            let worker = product.process(.notifications)
            for share in [crowd / 12, crowd / 2] {
                try await eventually("some are told", within: 20) { try await told(in: product) >= share }
                await worker.kill()
                try await worker.start()
            }
            try await eventually("all users are notified", within: 30 * FullSize.timeoutFactor) {
                try await told(in: product) == crowd + 2
            }
            let users = try await product.texts(
                "SELECT count(DISTINCT user_id)::text FROM notifications WHERE kind = 'announcement'")
            #expect(users == ["\(crowd + 2)"])
            let inbox = try await otherUser.social("GET", "/notifications", at: product.client).json
            #expect(inbox["notifications"][0]["title"].text == "A new season")
        }
    }

    private func told(in product: Product) async throws -> Int {
        Int(try await product.texts("SELECT count(*)::text FROM notifications WHERE kind = 'announcement'")[0]) ?? 0
    }
}
