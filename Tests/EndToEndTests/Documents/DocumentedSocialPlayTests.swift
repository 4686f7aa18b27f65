import Foundation
import TestSupport
import Testing

/// S2-3: every answer that the document of `/api/v1` has is given to a request, as the document says.
@Suite(.showingOutput)
struct DocumentedSocialPlayTests {
    @Test func `every documented answer of SocialPlay is given as the document says`() async throws {
        let redis = try await RedisServer()
        let issuer = try await OpenIDIssuer.start()
        try await withDatabaseServer { database in
            try await database.start()
            var options = ProductOptions()
            options.redisURL = redis.url
            options.databaseURL = database.url
            options.isRateLimited = true
            options.kinds = [.api, .email, .images, .maintenance, .notifications]
            options.environment = ["OPENID_PROVIDERS": "test=\(issuer.issuer)|socialplay"]
            try await Product.run(options) { product in
                var answers = try await DocumentedResponses(product, "/openapi/socialplay.json", users: 12)
                _ = try await product.texts(
                    "UPDATE accounts SET role = 'ADMIN' WHERE id = $1::text::uuid RETURNING role",
                    [answers.users[7].id])
                try await answers.usePlayerAccounts(issuer)
                try await answers.usePlayers()
                try await answers.usePosts()
                try await answers.useComments()
                try await answers.useDrafts()
                try await answers.useDirectMessages()
                try await answers.useInbox()
                try await answers.useModeration()
                try await answers.useTwoFactor()
                try await answers.refuseCalls()
                try await answers.useOtherMethod("PATCH", below: "/api/v1/", "/media/file/")
                try await answers.exceedPlayerLimits()
                try await answers.breakPlayersDatabase(database, issuer)
                let faults = try await answers.faults()
                #expect(faults == [])
                #expect(answers.seen.symmetricDifference(answers.documented(below: "/api/v1/", "/media/file/")) == [])
            }
        }
    }
}
