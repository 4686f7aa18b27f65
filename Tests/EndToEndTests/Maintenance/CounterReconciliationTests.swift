import Foundation
import TestSupport
import Testing

/// Wrong counters are corrected when an operator requests it.
@Suite(.showingOutput)
struct CounterReconciliationTests {
    @Test func `reconciliation corrects the counters of one account, and then of all`() async throws {
        try await Product.run(options) { product in
            let users = try await register(3, at: product.client)
            try await upload(Picture.jpeg, by: users, to: product.client)
            for other in users.dropFirst() {
                try await users[0].befriend(other, at: product.client)
                #expect(try await users[0].sendMessage("Hi", to: other, at: product.client).status == 201)
            }
            try await eventually("the pictures are ready") {
                try await product.texts("SELECT id::text FROM media WHERE state = 'ready'").count == 3
            }
            let right = try await counters(in: product)
            #expect(users.map { right[$0.id]?.suffix(4) } == [" 2 0", " 1 1", " 1 1"])
            _ = try await product.texts(
                """
                UPDATE profiles SET media_count = 7, media_bytes = media_bytes + 5, friends_count = friends_count + 3
                RETURNING user_id::text
                """)
            _ = try await product.texts(
                "UPDATE conversation_members SET unread_count = unread_count + 2 RETURNING user_id::text")

            let one = try await product.run("Workers", ["reconcile", users[1].id])
            #expect(one.exit == .code(0))
            #expect(one.output.hasPrefix("enqueued"), "\(one.output)")
            try await eventually("the counters of one are right") {
                try await counters(in: product)[users[1].id] == right[users[1].id]
            }
            let wrong = try await counters(in: product)
            #expect(wrong[users[0].id] != right[users[0].id] && wrong[users[2].id] != right[users[2].id])

            #expect(try await product.run("Workers", ["reconcile", "--all"]).exit == .code(0))
            try await eventually("all counters are right") { try await counters(in: product) == right }
        }
    }

    @Test func `reconciliation is enqueued once while it is pending, and refused for an unknown account`() async throws
    {
        var options = ProductOptions()
        options.kinds = []
        try await Product.run(options) { product in
            #expect(try await product.run("Workers", ["reconcile", "--all"]).output.hasPrefix("enqueued: "))
            let again = try await product.run("Workers", ["reconcile", "--all"])
            #expect(again.exit == .code(0))
            #expect(again.output.contains("already enqueued and not finished yet"))
            #expect(try await product.jobKinds() == ["reconcile-counters"])
            for arguments in [["reconcile"], ["reconcile", "ada"], ["reconcile", "--all", UUID().uuidString]] {
                let refused = try await product.run("Workers", arguments)
                #expect(refused.exit == .code(64))
                #expect(refused.output.contains("usage: Workers reconcile"), "\(refused.output)")
            }
        }
    }

    private func counters(in product: Product) async throws -> [String: String] {
        let rows = try await product.texts(
            """
            SELECT concat_ws(' ', user_id, media_count, media_bytes, friends_count, (
                SELECT coalesce(sum(unread_count), 0) FROM conversation_members AS member
                WHERE member.user_id = profiles.user_id))
            FROM profiles
            """
        ).map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
    }

    private var options: ProductOptions {
        var options = ProductOptions()
        options.kinds = [.api, .images, .counters, .scheduler]
        return options
    }
}
