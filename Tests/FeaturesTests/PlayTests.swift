import Domain
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// S1-83.
@Suite(.database) struct PlayTests {
    @Test func `a play counts once for each listener, track and hour, and never for the owner`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let track = try await features.upload(TrackTests.mp3, as: .track, by: ada)
            let other = try await features.upload(TrackTests.mp3, as: .track, by: ada)
            for _ in 0..<3 {
                await features.media.recordPlay(track.id, by: bob.user, from: "127.0.0.1")
                await features.media.recordPlay(track.id, by: ada.user, from: "127.0.0.1")
                await features.media.recordPlay(track.id, by: nil, from: "127.0.0.1")
            }
            await features.media.recordPlay(other.id, by: bob.user, from: "127.0.0.1")
            await features.media.recordPlay(FeatureHarness.id(), by: bob.user, from: "127.0.0.1")
            #expect(try await features.plays() == 3)
            // Another process, or another loop, has not seen them.
            let store = PlayStore(features.database)
            try await store.add([PlayStore.Play(track: track.id, listener: bob.user.description)])
            #expect(try await store.count() == 3)
            #expect(try await store.count() == 0)
            #expect(try await features.profiles.read(ada.user, for: nil).totalPlays == 3)
            // Rows of a deleted track stay: it was played.
            try await features.media.delete(track.id, by: ada)
            #expect(try await features.profiles.read(ada.user, for: nil).totalPlays == 3)
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
        }
    }

    @Test func `a hundred equal plays at once are one`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let track = try await features.upload(TrackTests.mp3, as: .track, by: ada)
            let listener: UserID = FeatureHarness.id()
            await withTaskGroup { group in
                for _ in 0..<100 {
                    group.addTask { await features.media.recordPlay(track.id, by: listener, from: "") }
                }
            }
            #expect(try await features.plays() == 1)
        }
    }
}

extension FeatureHarness {
    fileprivate func plays() async throws -> Int {
        var row = try await database.read(Statement("test_plays", "SELECT count(*) FROM plays"))[0]
        return try row.int()
    }
}
