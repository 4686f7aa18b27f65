import Foundation
import TestSupport
import Testing

/// S1-3, S1-6, S1-9 to S1-14, S1-17 to S1-26, S1-28 to S1-46, S1-85 to S1-94, S1-112 to S1-117, S1-121, S1-126 to
/// S1-165, S1-170, X-5: every answer that the document of `/auth`, `/users` and `/social` has is given to a request, as
/// the document says.
@Suite(.showingOutput)
struct DocumentedMusiciansTests {
    @Test func `every documented answer of accounts, profiles and follows is given as the document says`()
        async throws
    {
        let redis = try await RedisServer()
        try await withDatabaseServer { database in
            try await database.start()
            var options = ProductOptions()
            options.redisURL = redis.url
            options.databaseURL = database.url
            options.isRateLimited = true
            options.kinds = [.api, .images]
            try await Product.run(options) { product in
                var answers = try await DocumentedResponses(product, users: 8)
                try await answers.useAccounts()
                try await answers.useProfiles()
                try await answers.useFollows()
                try await answers.useOtherMethod("PATCH", below: "/auth/", "/users", "/social/")
                try await answers.exceedMusiciansLimits()
                try await answers.breakMusiciansDatabase(database)
                let faults = try await answers.faults()
                #expect(faults == [])
                let documented = answers.documented(below: "/auth/", "/users", "/social/")
                #expect(answers.seen.symmetricDifference(documented) == [])
            }
        }
    }
}
