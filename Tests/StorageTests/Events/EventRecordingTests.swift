import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

/// What is recorded as an event, and of whom.
@Suite("Recording events", .database)
struct EventRecordingTests {
    // S3-7, S3-36
    @Test func `a registration is an event with id, name and role, and without an address`() async throws {
        try await Stores.open { stores in
            let user = try await stores.register("ada").account.id
            let events = try await stores.nextEvents()
            #expect(events.map(\.kind) == ["UserRegistered"] && events[0].subject == user)
            let data = String(decoding: events[0].data, as: UTF8.self)
            #expect(data == #"{"role": "USER", "userId": "\#(user)", "username": "ada"}"#)
            #expect(!data.contains("@"))
        }
    }

    // S3-7
    @Test func `of an account that logs in through a provider too`() async throws {
        try await Stores.open { stores in
            let user = Stores.id(UserID.self)
            let inAnHour = Timestamp.now.adding(.seconds(3_600))
            try await ProviderIdentities(stores.database).register(
                NewAccount(
                    id: user, email: "ada@b.example", username: "ada", passwordHash: nil, persona: .listener,
                    isVerified: true),
                session: NewSession(
                    id: Stores.id(SessionID.self), refreshHash: [1], expiresAt: inAnHour, userAgent: nil,
                    ipAddress: "127.0.0.1"),
                ProviderIdentities.Proof(
                    issuer: "https://id.example", subject: "1", nonce: "n", nonceEnd: inAnHour),
                enqueuing: Stores.job())
            #expect(try await stores.nextEvents().map(\.kind) == ["UserRegistered"])
        }
    }

    // U-8
    @Test func `a deletion is the last event of a user`() async throws {
        try await Stores.open { stores in
            let user = try await stores.register("ada").account.id
            let track = Stores.id(MediaID.self)
            let new = NewMedia(
                id: track, owner: user, purpose: .track, originalName: "a.mp3", fileName: "\(track).mp3",
                mimeType: "audio/mpeg", format: "mp3", byteCount: 9, sha256: [7])
            let job = Stores.job()
            _ = try await stores.media.add(
                new, within: Stores.quota, enqueuing: [job], recording: .trackUploaded(new))
            _ = try await stores.accounts.delete(user, enqueuing: Stores.job())
            let file = try #require(try await stores.media.find(track))
            _ = try await stores.media.fail(
                track, reason: "damaged", job: job.id, enqueuing: Stores.job(), recording: .trackDeleted(file))
            #expect(
                try await stores.nextEvents().map(\.kind) == [
                    "UserRegistered", "media.track.uploaded", "user.deleted",
                ])
        }
    }

    // U-8
    @Test func `a block ends follows, which are events of their followers`() async throws {
        try await Stores.open { stores in
            let (ada, bob) = (
                try await stores.register("ada").account.id, try await stores.register("bob").account.id
            )
            let follows = FollowStore(stores.database)
            for (follower, followed) in [(ada, bob), (bob, ada)] {
                _ = try await follows.follow(
                    followed, by: follower, enqueuing: Stores.job(),
                    recording: stores.event(.userFollowed, follower, followed))
            }
            #expect(try await BlockStore(stores.database).block(bob, by: ada))
            let ended = try await stores.nextEvents().filter { $0.kind == "user.unfollowed" }
            #expect(Set(ended.map(\.subject)) == [ada, bob] && Set(ended.map(\.id)).count == 2)
            // The event of the deletion stands for the ends of all follows.
            let eve = try await stores.register("eve").account.id
            _ = try await follows.follow(
                eve, by: ada, enqueuing: Stores.job(), recording: stores.event(.userFollowed, ada, eve))
            _ = try await stores.accounts.delete(eve, enqueuing: Stores.job())
            #expect(try await follows.removeSome(of: eve) == 1)
            #expect(try await stores.nextEvents().filter { $0.kind == "user.unfollowed" }.count == 2)
        }
    }
}

extension Stores {
    /// Returns all events.
    func nextEvents() async throws -> [RecordedEvent] {
        let store = EventStore(database)
        try await store.use(["test"])
        guard
            case .events(let events, _) = try await store.next(
                of: "test", for: EventStoreTests.publisher, published: nil, limit: 100, lease: .seconds(60))
        else { return [] }
        return events
    }

    func event(_ kind: DomainEvent.Kind, _ follower: UserID, _ followed: UserID) -> DomainEvent {
        DomainEvent(kind, of: follower) { data in
            data.member("followerId", follower.description)
            data.member("followingId", followed.description)
        }
    }

    func followAtRandom(_ users: [UserID], seed: Int) async throws {
        var random = SeededRandom(UInt64(seed))
        let follows = FollowStore(database)
        for _ in 0..<60 {
            let follower = users.randomElement(using: &random) ?? users[0]
            guard let followed = users.filter({ $0 != follower }).randomElement(using: &random) else { continue }
            if Bool.random(using: &random) {
                _ = try await follows.follow(
                    followed, by: follower, enqueuing: Stores.job(), recording: event(.userFollowed, follower, followed)
                )
            } else {
                _ = try await follows.unfollow(
                    followed, by: follower, recording: event(.userUnfollowed, follower, followed))
            }
        }
    }
}
