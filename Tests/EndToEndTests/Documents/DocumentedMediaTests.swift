import Foundation
import TestSupport
import Testing

/// S1-3, S1-6, S1-56, S1-69, S1-70, S1-72: every answer that the document of `/media` has is given to a request, as the
/// document says.
@Suite(.showingOutput)
struct DocumentedMediaTests {
    @Test func `every documented answer of media is given as the document says`() async throws {
        let redis = try await RedisServer()
        try await withDatabaseServer { database in
            try await database.start()
            var options = ProductOptions()
            options.redisURL = redis.url
            options.databaseURL = database.url
            options.isRateLimited = true
            options.kinds = [.api, .images]
            options.environment = [
                "MAX_IMAGE_BYTES": "100000", "MAX_AUDIO_BYTES": "100000", "MAX_FILE_BYTES": "100000",
            ]
            try await Product.run(options) { product in
                var answers = try await DocumentedResponses(product, users: 8)
                try await answers.uploadFiles()
                try await answers.readFiles()
                try await answers.deleteFiles()
                try await answers.uploadInParts()
                try await answers.useOtherMethod("PUT", below: "/media/")
                try await answers.exceedMediaLimits()
                try await answers.breakMediaDatabase(database)
                let faults = try await answers.faults()
                #expect(faults == [])
                #expect(answers.seen.symmetricDifference(answers.documented(below: "/media/")) == [])
            }
        }
    }
}
