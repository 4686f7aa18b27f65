import Chassis
import Domain
import Jobs
import Postgres
import Storage
import TestSupport

@testable import Features

extension ActivityStore: TestedFeed {
    static func id(of entry: Activity) -> Identifier { entry.id.identifier }
    static let entries = Statement("test_activities", "SELECT id, actor_id, true FROM activities")

    static func write(
        in world: TimelineWorld<Self>, by person: Int, using random: inout SeededRandom, on database: Database
    ) async throws {
        guard Int.random(in: 0..<10, using: &random) == 0, let old = world.published.randomElement(using: &random)
        else {
            try await world.publish(person, on: database)
            return
        }
        try await world.delete(MediaID(old.entry), on: database)
    }
}

extension TimelineWorld<ActivityStore> {
    /// Publishes a track.
    /// - Parameter database: On whose connection.
    @discardableResult
    func publish(_ person: Int, on database: Database? = nil) async throws -> MediaID {
        let activity = try producer.newActivity(of: people[person], trace: nil)
        let id = MediaID(unixMilliseconds: Timestamp.now.unixMilliseconds)
        let added = try await MediaStore(database ?? environment.database).add(
            NewMedia(
                id: id, owner: people[person], purpose: .track, originalName: "Song.mp3", fileName: "\(id).mp3",
                mimeType: "audio/mpeg", format: "mp3", byteCount: 1, sha256: [7], state: .ready, title: "Song"),
            within: MediaQuota(files: 1_000_000, bytes: 1 << 40), enqueuing: [], telling: activity)
        if case .stored(_, let told?) = added {
            jobs.append(activity.push.naming(told.identifier, insteadOf: activity.provisionalID.identifier))
        }
        published.append((id.identifier, person))
        return id
    }

    func delete(_ track: MediaID, on database: Database? = nil) async throws {
        let job = OutboxJob(id: JobID(track.identifier), queue: "none", kind: "none", payload: "{}")
        _ = try await MediaStore(database ?? environment.database).delete(
            track, of: nil, with: [track], enqueuing: job,
            recording: DomainEvent(.trackDeleted, of: people[0]) { _ in })
    }
}
